import Admission
import DataPlane
import Routing
import Testing

@testable import Simulation

/// A router whose memory runs out.
@Suite("A worker that is short of memory")
struct MemoryShortageTests {
  private static let share = 4 << 20

  private static func limits(workers: Int = 1) -> SessionLimits {
    var limits = SessionLimits()
    limits.memoryBytes = share * workers
    limits.clientConnections = 5_000
    return limits
  }

  @Test("accepts more slowly, then nobody, and all who wait once there is room again")
  func acceptance() throws {
    let world = try CappedWorld(workers: 1, limits: Self.limits()) { _ in }
    let silent = world.connectSilently(400)
    #expect(world.run(atMost: 2_000) { world.reading().accepting == .stopped })
    let waiting = world.enter(5, user: "app", pause: 1_000_000)
    world.run(milliseconds: 300)
    // Those who came last are in nobody's memory but the kernel's.
    #expect(waiting.allSatisfy { $0.answers == 0 && $0.refusal == nil })
    #expect(world.reading().memoryBytes <= Self.share)
    #expect(world.count(.acceptStops) == 1 && world.count(.clientsClosedUnheard) == 0)
    for client in silent { client.leave() }
    #expect(world.run(atMost: 5_000) { waiting.allSatisfy { $0.answers > 0 } })
    #expect(world.run(atMost: 8_000) { world.reading().level == .none })
    #expect(world.reading().accepting == .open)
    world.close()
  }

  @Test("gives up background work first, then batches, and says so; interactive work goes on")
  func order() throws {
    let world = try CappedWorld(workers: 1, limits: Self.limits()) { _ in }
    let clients = ["cleans", "reports", "shares"].map {
      world.enter(1, user: "app", tenant: $0, pause: nil)[0]
    }
    #expect(served(clients, in: world) == [true, true, true])
    // A silent client takes a login buffer and its session.
    let each = 20 * 1024 + SessionLimits.bytesASession
    let silent = world.connectSilently(Self.share * 63 / 100 / each)
    #expect(world.run(atMost: 500) { world.reading().level == .background })
    #expect(served(clients, in: world) == [false, true, true])
    #expect(clients[0].refusal?.contains("53400") == true)
    let late = world.enter(1, user: "app", tenant: "cleans", pause: nil)[0]
    #expect(world.run(atMost: 100) { late.refusal != nil })
    #expect(late.refusal?.contains("53300") == true)
    let more = world.connectSilently(Self.share * 12 / 100 / each)
    #expect(world.run(atMost: 1_000) { world.reading().level == .batch })
    #expect(served(clients, in: world)[1...] == [false, true])
    #expect(world.reading().cause == .memory)
    #expect(world.count(.shedBackground) == 3 && world.count(.shedBatch) == 1)
    #expect(world.count(.refused) == 1, "the others are in, and were refused transactions")
    for client in silent + more { client.leave() }
    #expect(world.run(atMost: 8_000) { world.reading().level == .none })
    let events = world.routerEvents().map(\.text)
    #expect(
      events == [
        "worker 0: background because of memory", "worker 0: batch because of memory",
        "worker 0: none because of memory",
      ])
    world.close()
  }

  /// Has each ask once; which got what it asked for. All sessions go on.
  private func served(_ clients: [CountingClient], in world: CappedWorld) -> [Bool] {
    clients.map { client in
      let before = client.answers
      client.forgetRefusal()
      client.ask()
      #expect(world.run(atMost: 100) { client.answers > before })
      return client.refusal == nil
    }
  }

  @Test("lets transactions through one by one before it refuses them")
  func oneByOne() throws {
    let world = try CappedWorld(workers: 1, limits: Self.limits()) { _ in }
    let clients = world.enter(8, user: "app", pause: nil)
    world.run(milliseconds: 50)
    let each = 20 * 1024 + SessionLimits.bytesASession
    _ = world.connectSilently(Self.share * 92 / 100 / each)
    #expect(world.run(atMost: 5_000) { world.reading().level == .delay })
    for client in clients { client.ask() }
    #expect(world.run(atMost: 1_000) { clients.allSatisfy { $0.answers == 1 } })
    #expect(clients.allSatisfy { $0.refusal == nil })
    #expect(world.count(.delayedByRouter) == 7, "the first is not delayed")
    // Each waited for those before it, a millisecond for each.
    let waits = clients.map(\.longestWait).sorted()
    for (place, wait) in waits.enumerated() { #expect(wait >= UInt64(place) * 1_000_000) }
    world.close()
  }

  @Test("refuses all new work at last, and what waits stays within the memory")
  func refusal() throws {
    let world = try CappedWorld(workers: 1, limits: Self.limits()) {
      $0.serversPerPool = 1
    }
    world.server.queryNanoseconds = 3_000_000_000
    let waiting = world.enter(100, user: "app", pause: nil)
    #expect(world.run(atMost: 3_500) { world.reading().memoryBytes > 0 })
    for client in waiting { client.ask(padding: 60_000) }
    #expect(world.run(atMost: 2_000) { world.reading().level == .refuse })
    let late = world.enter(1, user: "app", pause: nil)[0]
    world.run(milliseconds: 100)
    #expect(world.reading().memoryBytes <= Self.share)
    #expect(late.answers == 0)
    // Whoever could not be kept was ended; the others get their answers in the end.
    world.server.queryNanoseconds = 1_000_000
    #expect(world.run(atMost: 20_000) { waiting.count { $0.answers == 1 } > 30 })
    #expect(world.run(atMost: 8_000) { world.reading().level == .none })
    world.close()
  }

  @Test(
    "never takes more than its share, whatever comes, and holds nothing in the end",
    arguments: 1...30)
  func anything(seed: UInt64) throws {
    let workers = Int(seed % 2) + 1
    let world = try CappedWorld(
      workers: workers, seed: seed, limits: Self.limits(workers: workers)
    ) {
      $0.serversPerPool = Int(seed % 5) + 1
      $0.queueTarget = seed.isMultiple(of: 3) ? .milliseconds(50) : .zero
    }
    var random = RandomSource(seed: seed)
    world.server.queryNanoseconds = Int.random(in: 1_000_000...200_000_000, using: &random)
    let tenants = ["cleans", "reports", "shares"]
    var silent: [SilentClient] = []
    for _ in 0..<40 {
      let worker = random.index(below: workers)
      switch random.index(below: 5) {
      case 0: silent += world.connectSilently(random.index(below: 120), at: worker)
      case 1:
        for client in silent.prefix(random.index(below: 200)) { client.leave() }
      case 2:
        world.enter(
          random.index(below: 40), user: "u\(random.index(below: 3))", at: worker,
          tenant: tenants[random.index(below: 3)], pause: 1_000_000)
      default:
        for client in world.clients where random.chance(300) && client.isIdle {
          client.ask(padding: random.index(below: 60_000))
        }
      }
      for _ in 0..<20 {
        world.run(milliseconds: 2)
        for worker in 0..<workers { #expect(world.reading(of: worker).memoryBytes <= Self.share) }
      }
    }
    for client in world.clients { client.rest() }
    world.close()
  }
}
