import ShardMap
import Testing

@testable import DataPlane
@testable import Simulation

/// How long work waits before it is told no, whatever happens meanwhile.
@Suite("A transaction that waits")
struct WaitTests {
  /// A world with one server, which the first client has for so long, and another client.
  private func heldWorld(
    holding milliseconds: Int, _ change: (inout PoolingSettings) -> Void
  ) throws -> (world: CappedWorld, holder: CountingClient, waiter: CountingClient) {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerPool = 1
      change(&$0)
    }
    let clients = world.enter(2, user: "a", pause: nil)
    #expect(world.run(atMost: 100) { clients.allSatisfy(\.isIdle) })
    world.server.queryNanoseconds = milliseconds * 1_000_000
    clients[0].ask()
    world.run(milliseconds: 10)
    return (world, clients[0], clients[1])
  }

  @Test("for a server does so for no longer because other maps come")
  func queue() throws {
    let (world, holder, waiter) = try heldWorld(holding: 2_000) {
      $0.queryWait = .milliseconds(300)
    }
    waiter.ask()
    for _ in 0..<5 {
      world.run(milliseconds: 100)
      try world.publish()
    }
    #expect(waiter.refusal?.contains("53300") == true)
    #expect(world.run(atMost: 2_000) { holder.answers == 1 })
    world.close()
  }

  @Test("for the end of a pause does so for no longer because other maps say the same")
  func pause() throws {
    let (world, holder, waiter) = try heldWorld(holding: 20) {
      $0.failoverWindow = .milliseconds(300)
    }
    #expect(world.run(atMost: 100) { holder.answers == 1 })
    try world.publish(mode: .paused)
    world.run(milliseconds: 10)
    waiter.ask()
    for _ in 0..<5 {
      world.run(milliseconds: 100)
      try world.publish(mode: .paused)
    }
    #expect(waiter.refusal?.contains("57P03") == true && waiter.answers == 0)
    world.close()
  }

  @Test("has its time in a queue though it has waited for a pause before")
  func pauseThenQueue() throws {
    let (world, holder, waiter) = try heldWorld(holding: 700) {
      $0.queryWait = .milliseconds(300)
    }
    try world.publish(mode: .paused)
    world.run(milliseconds: 10)
    waiter.ask()
    world.run(milliseconds: 500)
    try world.publish()
    #expect(world.run(atMost: 2_000) { waiter.answers == 1 })
    #expect(waiter.refusal == nil && holder.answers == 1)
    world.close()
  }
}
