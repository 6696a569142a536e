import Admission
import DataPlane
import Testing

@testable import Simulation

/// A pool's queue that is longer than it should be.
@Suite("A queue with a target")
struct QueueTargetTests {
  @Test("drops from the front until those that are left wait about as long as they should")
  func drops() throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerPool = 1
      $0.queueTarget = .milliseconds(100)
    }
    world.server.queryNanoseconds = 20_000_000
    // Each waits for forty others: 0.8 s.
    world.enter(40, user: "app", pause: 0)
    world.run(milliseconds: 12_000)
    let left = world.clients.filter { $0.refusal == nil }
    #expect((4...9).contains(left.count), "\(left.count) are left")
    for client in world.clients where client.refusal != nil {
      #expect(client.refusal?.contains("53300") == true)
    }
    #expect(Int(world.count(.waitersDropped)) == 40 - left.count)
    // Transactions were refused, and no connection.
    #expect(world.count(.requestsRefused) == world.count(.waitersDropped))
    #expect(world.count(.refused) == 0)
    let answers = left.map(\.answers)
    world.run(milliseconds: 2_000)
    let rates = zip(left, answers).map { $0.answers - $1 }
    #expect(rates.allSatisfy { $0 >= 8 }, "nobody is starved: \(rates)")
    world.close()
  }

  @Test("lets a burst pass that is soon over")
  func burst() throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerPool = 1
      $0.queueTarget = .milliseconds(100)
    }
    world.server.queryNanoseconds = 4_000_000
    let clients = world.enter(40, user: "app", pause: nil)
    world.run(milliseconds: 50)
    for _ in 0..<5 {
      // The last one waits for 160 ms.
      for client in clients { client.ask() }
      world.run(milliseconds: 400)
    }
    #expect(clients.allSatisfy { $0.answers == 5 && $0.refusal == nil })
    world.close()
  }

  @Test("drops nobody while the server can't be reached: no drop brings it back")
  func failover() throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerPool = 2
      $0.queueTarget = .milliseconds(100)
    }
    let clients = world.enter(10, user: "app", pause: nil)
    world.run(milliseconds: 50)
    world.server.isDown = true
    world.server.killAll()
    world.run(milliseconds: 20)
    let before = clients.map(\.answers)
    for client in clients { client.ask() }
    world.run(milliseconds: 3_000)
    world.server.isDown = false
    #expect(
      world.run(atMost: 3_000) { zip(clients, before).allSatisfy { $0.answers == $1 + 1 } })
    #expect(world.count(.waitersDropped) == 0)
    world.close()
  }

  @Test("without a target lets all wait, as before")
  func off() throws {
    let world = try CappedWorld(workers: 1) { $0.serversPerPool = 1 }
    world.server.queryNanoseconds = 20_000_000
    world.enter(40, user: "app", pause: 0)
    world.run(milliseconds: 5_000)
    #expect(world.clients.allSatisfy { $0.refusal == nil && $0.answers > 3 })
    #expect(world.reading().level == .none)
    world.close()
  }
}
