import Testing

@testable import DataPlane
@testable import Simulation

/// The real workers, in front of a server that counts.
@Suite("The cap of an instance")
struct CapTests {
  @Test(
    "is never exceeded as the server sees it, is used up, and lets everybody go on",
    arguments: [
      (1, 1, 3), (1, 4, 3), (2, 2, 2), (2, 3, 4), (2, 8, 3), (3, 7, 2),
    ])
  func held(size: (workers: Int, limit: Int, users: Int)) throws {
    let world = try CappedWorld(workers: size.workers) {
      $0.serversPerInstance = size.limit
    }
    for worker in 0..<size.workers {
      for user in 0..<size.users { world.enter(4, user: "u\(user)", at: worker) }
    }
    world.run(milliseconds: 2_000)
    #expect(world.server.mostAtOnce == size.limit)
    for client in world.clients {
      #expect(client.refusal == nil && client.answers > 0)
      // As many turns as there are users, and the work of three others; then some.
      #expect(client.longestWait < 1_000_000_000 && client.waitSoFar < 1_000_000_000)
    }
    world.close()
    #expect(world.caps == 0, "a cap goes with the last who uses it")
  }

  @Test("is nobody's by default")
  func none() throws {
    let world = try CappedWorld(workers: 1) { $0.serversPerPool = 7 }
    world.enter(10, user: "a", pause: 0)
    world.enter(10, user: "b", pause: 0)
    world.run(milliseconds: 500)
    #expect(world.server.count(of: "a") == 7 && world.server.count(of: "b") == 7)
    world.close()
  }

  @Test("is shared equally by workers that all want more, whoever came first")
  func fair() throws {
    let world = try CappedWorld(workers: 2) { $0.serversPerInstance = 10 }
    world.enter(20, user: "first", at: 0, pause: 0)
    world.run(milliseconds: 300)
    #expect(world.server.count(of: "first") == 9, "all but the other's reserved one")
    world.enter(20, user: "second", at: 1, pause: 0)
    #expect(world.run(atMost: 500) { world.server.count(of: "second") == 5 })
    let started = world.server.started
    world.run(milliseconds: 500)
    #expect(world.server.count(of: "first") == 5 && world.server.count(of: "second") == 5)
    #expect(world.server.started == started, "then nobody has to log in again")
    #expect(world.server.mostAtOnce == 10)
    world.close()
  }

  @Test("leaves a worker what the others don't use")
  func workConserving() throws {
    let world = try CappedWorld(workers: 2) { $0.serversPerInstance = 10 }
    let resting = world.enter(8, user: "rests", at: 0, pause: 0)
    world.run(milliseconds: 200)
    for client in resting { client.rest() }
    world.run(milliseconds: 50)
    #expect(world.server.count(of: "rests") == 8)
    world.enter(20, user: "works", at: 1, pause: 0)
    #expect(world.run(atMost: 2_000) { world.server.count(of: "works") == 9 })
    #expect(world.server.count(of: "rests") == 1 && world.server.mostAtOnce == 10)
    for client in resting { client.ask() }
    let answered = resting.map(\.answers)
    #expect(
      world.run(atMost: 500) {
        zip(resting, answered).allSatisfy { $0.answers > $1 }
      })
    world.close()
  }

  @Test("an idle connection of another pool makes room, the one that was idle for longest")
  func oldestIdle() throws {
    let world = try CappedWorld(workers: 1) { $0.serversPerInstance = 2 }
    for user in ["old", "young"] {
      let client = world.enter(1, user: user, pause: nil)[0]
      #expect(world.run(atMost: 100) { world.server.count(of: user) == 1 })
      client.ask()
      world.run(milliseconds: 50)
    }
    world.enter(1, user: "new", pause: nil)[0].ask()
    #expect(world.run(atMost: 100) { world.clients[2].answers == 1 })
    #expect(world.server.count(of: "old") == 0 && world.server.count(of: "young") == 1)
    #expect(world.server.mostAtOnce == 2)
    world.close()
  }

  @Test("a connection whose client was only greeted makes room for another pool's clients")
  func greetedOnly() throws {
    let world = try CappedWorld(workers: 1) { $0.serversPerInstance = 1 }
    for user in ["a", "b", "c"] { world.enter(2, user: user, pause: nil) }
    #expect(world.run(atMost: 200) { world.clients.allSatisfy(\.isIdle) })
    #expect(world.server.mostAtOnce == 1)
    world.close()
  }

  @Test("pools that take turns keep a connection for longer than a login takes")
  func turns() throws {
    let world = try CappedWorld(workers: 1) { $0.serversPerInstance = 1 }
    for user in ["a", "b", "c"] { world.enter(5, user: user, pause: 0) }
    world.run(milliseconds: 3_000)
    // A turn is a tenth of a second.
    #expect(world.server.started > 6 && world.server.started < 40)
    for client in world.clients { #expect(client.longestWait < 600_000_000) }
    world.close()
  }

  @Test("who waits for too long is told so, and its pool is forgotten")
  func tooLong() throws {
    let world = try CappedWorld(workers: 1) {
      $0.serversPerInstance = 1
      $0.queryWait = .milliseconds(50)
    }
    let late = world.enter(1, user: "late", pause: nil)[0]
    world.run(milliseconds: 100)
    let holder = world.enter(1, user: "holds", pause: nil)[0]
    world.run(milliseconds: 100)
    #expect(world.server.count(of: "late") == 0, "it had to make room")
    world.server.queryNanoseconds = 1_000_000_000
    holder.ask()
    world.run(milliseconds: 10)
    late.ask()
    #expect(world.run(atMost: 100) { late.refusal != nil })
    #expect(late.refusal?.contains("53300") == true && late.answers == 0)
    #expect(world.run(atMost: 100) { world.pools(of: 0) == 1 })
    #expect(world.run(atMost: 2_000) { holder.answers == 1 })
    #expect(world.server.mostAtOnce == 1)
    world.close()
  }

  @Test(
    "idle connections are counted as they come and go, so that who waits need not look for them",
    arguments: 1...5 as ClosedRange<UInt64>)
  func idleCount(seed: UInt64) throws {
    let world = try CappedWorld(workers: 2, seed: seed) {
      $0.serversPerInstance = 6
      $0.minServersPerPool = 1
      $0.serverIdle = .milliseconds(60)
      $0.serverLifetime = .milliseconds(200)
      $0.serverCheckDelay = .milliseconds(20)
    }
    for worker in 0..<2 {
      for user in ["a", "b", "c"] { world.enter(2, user: user, at: worker, pause: 9_000_000) }
    }
    var most = 0
    for millisecond in 0..<500 {
      if millisecond == 250 { world.server.killAll() }
      world.run(milliseconds: 1)
      for worker in 0..<2 {
        let counts = world.idleLinks(of: worker)
        #expect(Set(counts).count == 1, "\(counts) after \(millisecond) ms")
        most = max(most, counts[0])
      }
    }
    #expect(most > 0)
    for client in world.clients { client.rest() }
    world.close()
  }
}
