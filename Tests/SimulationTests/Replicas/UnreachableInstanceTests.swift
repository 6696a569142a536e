import DataPlane
import Testing

@testable import Simulation

/// Work for instances that take no connections.
@Suite("An instance that takes no connections")
struct UnreachableInstanceTests {
  @Test(
    "has those who read served by another one, though it is tried again and again",
    arguments: 1...4 as ClosedRange<UInt64>)
  func replica(seed: UInt64) throws {
    let world = try CappedWorld(workers: 1, seed: seed, replicas: 2) { _ in }
    world.server.down = [CappedWorld.address(of: 1)]
    let clients = world.enter(10, user: "a", tenant: "reads", pause: nil)
    #expect(world.run(atMost: 1_000) { clients.allSatisfy(\.isIdle) })
    for round in 1...3 {
      world.run(milliseconds: 5_000)
      for client in clients { client.ask() }
      #expect(world.run(atMost: 1_000) { clients.allSatisfy(\.isIdle) }, "round \(round)")
    }
    #expect(clients.allSatisfy { $0.refusal == nil && $0.answers == 3 })
    #expect(world.count(.connectFailures) > 0)
    world.close()
  }

  @Test("has them wait for a failover's time where no other takes any, and then told so")
  func all() throws {
    let world = try CappedWorld(workers: 1, replicas: 2) { $0.failoverWindow = .seconds(2) }
    let clients = world.enter(10, user: "a", tenant: "reads", pause: nil)
    #expect(world.run(atMost: 200) { clients.allSatisfy(\.isIdle) })
    world.server.isDown = true
    world.server.killAll()
    world.run(milliseconds: 20)
    for client in clients { client.ask() }
    world.run(milliseconds: 1_800)
    #expect(clients.allSatisfy { $0.refusal == nil })
    #expect(world.run(atMost: 2_000) { clients.allSatisfy { $0.refusal != nil } })
    world.server.isDown = false
    world.close()
  }

  @Test("has those served who wait for a replica when it is back before that")
  func back() throws {
    let world = try CappedWorld(workers: 1, replicas: 1) { _ in }
    let clients = world.enter(10, user: "a", tenant: "reads", pause: nil)
    #expect(world.run(atMost: 200) { clients.allSatisfy(\.isIdle) })
    world.server.isDown = true
    world.server.killAll()
    world.run(milliseconds: 20)
    for client in clients { client.ask() }
    world.run(milliseconds: 3_000)
    world.server.isDown = false
    #expect(world.run(atMost: 2_000) { clients.allSatisfy { $0.answers == 1 } })
    #expect(clients.allSatisfy { $0.refusal == nil })
    world.close()
  }

  @Test("leaves a transaction uncounted that was refused because it is the primary")
  func primary() throws {
    let world = try CappedWorld(workers: 1, serverConnections: 1, replicas: 1) {
      $0.failoverWindow = .seconds(1)
    }
    let clients = world.enter(2, user: "a", pause: nil)
    #expect(world.run(atMost: 200) { clients.allSatisfy(\.isIdle) })
    world.server.isDown = true
    world.server.killAll()
    world.run(milliseconds: 20)
    clients[0].ask()
    world.run(milliseconds: 500)
    #expect(world.audit().transactions == 1)
    #expect(world.run(atMost: 3_000) { clients[0].answers == 1 })
    #expect(clients[0].refusal?.contains("25006") == true)
    #expect(world.audit().transactions == 0, "its session is idle")
    world.server.isDown = false
    clients[1].ask()
    #expect(world.run(atMost: 1_500) { clients[1].answers == 1 })
    #expect(clients[1].refusal == nil)
    world.close()
  }
}
