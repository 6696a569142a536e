import Admission
import DataPlane
import Testing

@testable import Simulation

/// A pool's queue from which nobody is served.
@Suite("A queue that doesn't move")
struct StuckQueueTests {
  @Test("is measured like any other; a level follows where there is a target", arguments: [0, 100])
  func measured(target: Int) throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerPool = 1
      $0.queueTarget = .milliseconds(target)
    }
    let clients = world.enter(5, user: "app", pause: nil)
    world.run(milliseconds: 50)
    world.server.queryNanoseconds = 5_000_000_000
    for client in clients { client.ask() }
    world.run(milliseconds: 1_000)
    #expect((950_000_000...1_000_000_000).contains(world.reading().queueWaitNanoseconds))
    let level: OverloadLevel = target == 0 ? .none : .boundedReads
    #expect(world.reading().level == level)
    world.server.queryNanoseconds = 1_000_000
    #expect(
      world.run(atMost: 8_000) { clients.allSatisfy { $0.answers == 1 || $0.refusal != nil } })
    world.run(milliseconds: 50)
    #expect(world.reading().queueWaitNanoseconds == 0)
    world.close()
  }

  @Test("says nothing of how short the router is while its server can't be reached")
  func unreachable() throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerPool = 1
      $0.queueTarget = .milliseconds(100)
    }
    let clients = world.enter(5, user: "app", pause: nil)
    world.run(milliseconds: 50)
    world.server.isDown = true
    world.server.killAll()
    world.run(milliseconds: 20)
    for client in clients { client.ask() }
    world.run(milliseconds: 2_000)
    #expect(world.reading().queueWaitNanoseconds == 0 && world.reading().level == .none)
    world.server.isDown = false
    #expect(world.run(atMost: 3_000) { clients.allSatisfy { $0.answers == 1 } })
    world.close()
  }
}
