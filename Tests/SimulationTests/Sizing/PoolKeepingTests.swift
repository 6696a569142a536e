import Testing

@testable import DataPlane
@testable import Simulation

/// What keeps a pool's connections, and what finds the dead among them.
@Suite("The connections of a pool")
struct PoolKeepingTests {
  @Test("are kept at the minimum while the pool is used, and refilled when they are lost")
  func minimum() throws {
    let world = try CappedWorld(workers: 1) {
      $0.minServersPerPool = 3
      $0.serverIdle = .seconds(5)
    }
    let client = world.enter(1, user: "a", pause: nil)[0]
    world.run(milliseconds: 100)
    #expect(world.server.count() == 1, "nobody has asked for anything yet")
    client.ask()
    #expect(world.run(atMost: 100) { world.server.count() == 3 })
    world.run(milliseconds: 4_000)
    #expect(world.server.count() == 3)
    world.server.killAll()
    #expect(world.run(atMost: 200) { world.server.count() == 3 })
    #expect(client.refusal == nil)
    #expect(world.run(atMost: 11_000) { world.server.count() == 0 }, "nobody uses the pool")
    #expect(world.run(atMost: 100) { world.pools(of: 0) == 0 })
    client.ask()
    #expect(world.run(atMost: 100) { client.answers == 2 })
    world.close()
  }

  @Test("are replaced when they are old, though nobody asks for anything")
  func lifetime() throws {
    let world = try CappedWorld(workers: 1) {
      $0.minServersPerPool = 2
      $0.serverLifetime = .seconds(1)
    }
    let client = world.enter(1, user: "a", pause: nil)[0]
    world.run(milliseconds: 100)
    client.ask()
    world.run(milliseconds: 3_500)
    #expect(world.server.started >= 6 && client.answers == 1)
    #expect(world.run(atMost: 100) { world.server.count() == 2 })
    world.close()
  }

  @Test("are refilled with growing pauses while the server is down")
  func backOff() throws {
    let world = try CappedWorld(workers: 1) { $0.minServersPerPool = 2 }
    let client = world.enter(1, user: "a", pause: nil)[0]
    world.run(milliseconds: 100)
    client.ask()
    #expect(world.run(atMost: 100) { world.server.count() == 2 })
    world.server.isDown = true
    world.server.killAll()
    world.run(milliseconds: 3_000)
    world.server.isDown = false
    #expect(world.run(atMost: 4_000) { world.server.count() == 2 })
    world.close()
  }

  @Test("at the minimum take nothing from those that somebody waits for")
  func minimumUnderCap() throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerInstance = 4
      $0.minServersPerPool = 3
    }
    for user in ["a", "b"] { world.enter(1, user: user, pause: 50_000_000) }
    world.run(milliseconds: 500)
    #expect(world.server.count() == 4)
    let started = world.server.started
    world.run(milliseconds: 500)
    #expect(world.server.started == started, "nor from each other")
    world.enter(4, user: "c", pause: 0)
    world.run(milliseconds: 1_000)
    #expect(world.server.mostAtOnce == 4)
    for client in world.clients { #expect(client.longestWait < 300_000_000 && client.answers > 3) }
    world.close()
  }

  @Test("are asked whether they are there when nobody has had them for long")
  func check() throws {
    let world = try CappedWorld(workers: 1) { $0.serverCheckDelay = .seconds(1) }
    let client = world.enter(1, user: "a", pause: nil)[0]
    world.run(milliseconds: 100)
    client.ask()
    world.run(milliseconds: 500)
    client.ask()
    world.run(milliseconds: 1_100)
    #expect(world.server.checks == 0 && client.answers == 2)
    client.ask()
    #expect(world.run(atMost: 50) { client.answers == 3 })
    #expect(world.server.checks == 1 && world.server.started == 1)
    world.close()
  }

  @Test("are replaced without their client noticing when they are dead, all at once")
  func dead() throws {
    let world = try CappedWorld(workers: 1) { $0.serverCheckDelay = .seconds(1) }
    let clients = world.enter(3, user: "a", pause: nil)
    world.run(milliseconds: 100)
    for client in clients { client.ask() }
    world.run(milliseconds: 1_500)
    #expect(world.server.count() == 3)
    world.server.cutSilently()
    clients[0].ask()
    // The time of one attempt to connect, and no more.
    #expect(world.run(atMost: 5_200) { clients[0].answers == 2 })
    for client in clients.dropFirst() { client.ask() }
    #expect(world.run(atMost: 100) { clients.allSatisfy { $0.answers == 2 } })
    #expect(clients.allSatisfy { $0.refusal == nil })
    world.close()
  }

  @Test("are not asked where that is turned off")
  func uncheckedByChoice() throws {
    let world = try CappedWorld(workers: 1) { $0.serverCheckDelay = .zero }
    let client = world.enter(1, user: "a", pause: nil)[0]
    world.run(milliseconds: 100)
    client.ask()
    world.run(milliseconds: 100_000)
    client.ask()
    #expect(world.run(atMost: 50) { client.answers == 2 })
    #expect(world.server.checks == 0)
    world.close()
  }

  @Test("make room for another pool when the worker has as many as it may")
  func fullWorker() throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerWorker = 64
      $0.serversPerPool = 64
    }
    for client in world.enter(64, user: "a", pause: nil) { client.ask() }
    world.run(milliseconds: 500)
    for client in world.clients { client.ask() }
    world.run(milliseconds: 500)
    #expect(world.server.count(of: "a") == 64)
    let late = world.enter(1, user: "b", pause: nil)[0]
    late.ask()
    #expect(world.run(atMost: 500) { late.answers == 1 })
    world.close()
  }

  @Test("give another pool one place at a time then, however many wait there")
  func onePlaceAtATime() throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerWorker = 64
      $0.serversPerPool = 64
    }
    let late = world.enter(20, user: "b", pause: nil)
    let first = world.enter(64, user: "a", pause: nil)
    #expect(world.run(atMost: 200) { world.clients.allSatisfy(\.isIdle) })
    world.server.queryNanoseconds = 600_000_000
    for client in first { client.ask() }
    #expect(world.run(atMost: 500) { world.server.count(of: "a") == 64 })
    #expect(world.run(atMost: 1_500) { first.allSatisfy { $0.answers == 1 } })
    world.server.queryNanoseconds = 200_000_000
    for client in late { client.ask() }
    world.run(milliseconds: 30)
    #expect(world.server.count(of: "a") >= 62)
    #expect(world.run(atMost: 3_000) { late.allSatisfy { $0.answers == 1 } })
    #expect(world.clients.allSatisfy { $0.refusal == nil })
    world.close()
  }
}
