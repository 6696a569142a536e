import Glibc
import Testing

@testable import Simulation

/// The pieces that worlds are made of.
struct NetworkTests {
  private func settle(_ world: SimulatedWorld) { while world.step(until: .max) {} }

  private func pair(_ bytes: Int = 8) -> (SimulatedWorld, SimulatedSocket, SimulatedSocket) {
    var plan = FaultPlan()
    plan.socketBytes = bytes
    let world = SimulatedWorld(seed: 5, isTraced: false, plan: plan)
    let (near, far) = SimulatedSocket.pair(world, "near", "far")
    return (world, near, far)
  }

  private func send(_ bytes: [UInt8], _ socket: SimulatedSocket) -> Int {
    bytes.withUnsafeBytes { socket.send($0) }
  }

  @Test("a socket takes no more than its peer has room for, and more after a read")
  func backPressure() {
    let (world, near, far) = pair(4)
    #expect(send([1, 2, 3, 4, 5, 6], near) == 4)
    #expect(send([5, 6], near) == 0)
    settle(world)
    #expect(far.read(atMost: 3) == [1, 2, 3])
    #expect(send([5, 6], near) == 2)
    settle(world)
    #expect(far.read(atMost: 9) == [4, 5, 6])
  }

  @Test("FIN comes behind the bytes, and the other direction stays open")
  func halfClose() {
    let (world, near, far) = pair()
    #expect(send([1, 2], near) == 2)
    near.finish()
    #expect(send([3], near) == Int(-EPIPE))
    settle(world)
    #expect(far.hasPeerFinished && !far.hasEnded)
    #expect(far.read(atMost: 9) == [1, 2])
    #expect(far.hasEnded)
    #expect(send([9], far) == 1)
  }

  @Test("closing with unread bytes resets, closing without does not", arguments: [true, false])
  func close(unread: Bool) {
    let (world, near, far) = pair()
    #expect(send([1], near) == 1)
    settle(world)
    if !unread { #expect(far.read(atMost: 1) == [1]) }
    far.close()
    settle(world)
    #expect(near.wasReset == unread)
    #expect(near.hasPeerFinished != unread)
  }

  @Test("bytes for a closed socket are answered with a reset")
  func resetAnswer() {
    let (world, near, far) = pair()
    far.close()
    settle(world)
    #expect(send([1], near) == 1)
    settle(world)
    #expect(near.wasReset)
    #expect(send([1], near) == Int(-ECONNRESET))
    #expect(send([1], near) == Int(-EPIPE))
  }

  @Test("the agenda is in order of time, and of arrival at one time")
  func agenda() {
    var agenda = Agenda()
    var seen: [Int] = []
    for (place, time) in [5, 1, 3, 1, 5, 0, 3].enumerated() {
      agenda.add(at: UInt64(time)) { seen.append(place) }
    }
    while agenda.nextTime != nil { agenda.removeFirst()() }
    #expect(seen == [5, 1, 3, 2, 6, 0, 4])
  }

  @Test("a channel knows the next byte and where messages end")
  func channel() {
    var channel = Channel()
    channel.push([1, 2, 3])
    channel.push([4])
    #expect(channel.isAtBoundary)
    #expect(channel.verify([1, 2]) == 2 && !channel.isAtBoundary)
    #expect(channel.verify([3, 9]) == 1 && channel.isAtBoundary)
    #expect(channel.outstanding == 1)
    #expect(channel.verify([4, 4]) == 1)
  }
}
