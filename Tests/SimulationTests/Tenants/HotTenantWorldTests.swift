import HotTenants
import Routing
import ShardMap
import Testing

@testable import DataPlane
@testable import Simulation

/// Workers, clients and a server in a simulated world, and who looks at the tenants four times a second.
private struct WatchedWorld: ~Copyable {
  /// As the shipped example has it, but for a shorter cool-down.
  static let rules = HotTenantRules(
    shardTimePercent: 50, p95Milliseconds: 200, sustainedMilliseconds: 500,
    coolDownMilliseconds: 3000, requestsMove: false)

  let capped: CappedWorld
  var keeper: TenantKeeper

  init(workers: Int, mode: PoolingMode, rate: UInt32 = 100_000) throws {
    capped = try CappedWorld(
      workers: workers, mode: mode, rate: rate, hotTenant: Self.rules
    ) {
      $0.serversPerPool = 4
    }
    keeper = TenantKeeper(capped.contexts)
  }

  /// Lets so many windows pass; what was done in them.
  mutating func windows(_ count: Int) -> [RouterEvent] {
    for _ in 0..<count {
      capped.run(milliseconds: 250)
      keeper.tick(now: MonotonicTime(nanoseconds: capped.world.now))
    }
    // That the world's own limits are met is told as well.
    return capped.contexts[0].outbox.takeAll().filter { $0.kind != .tenantThrottled }
  }
}

@Suite("A hot tenant in a simulated world")
struct HotTenantWorldTests {
  @Test(
    "is found when its transactions become slow and take most of its shard, and let off when they don't any more",
    arguments: [(1, PoolingMode.transaction), (2, .transaction), (1, .session)])
  func foundAndLetOff(workers: Int, mode: PoolingMode) throws {
    var watched = try WatchedWorld(workers: workers, mode: mode)
    for worker in 0..<workers {
      watched.capped.enter(6, user: "a", at: worker, tenant: "shares")
      watched.capped.enter(1, user: "b", at: worker, tenant: "keeps", pause: 50_000_000)
    }
    // It has most of its shard, but nothing is slow.
    #expect(watched.windows(20).isEmpty)
    #expect(
      watched.capped.contexts[0].inbox.newest.rows.first?.standing.tenant
        == Array("shares".utf8))

    watched.capped.server.queryNanoseconds = 300_000_000
    let found = watched.windows(6)
    #expect(found.map(\.kind) == [.tenantTightened])
    #expect(found.first?.tenant == "shares" && found.first?.shard == "s")
    #expect(watched.capped.contexts[0].inbox.newest.treatedCount == 1)

    watched.capped.server.queryNanoseconds = 2_000_000
    let released = watched.windows(24)
    #expect(released.map(\.kind) == [.tenantReleased])
    #expect(watched.capped.contexts[0].inbox.newest.treatedCount == 0)
    watched.capped.close()
  }

  @Test("has less of its rate as long as it is tightened, and then all of it again")
  func tightened() throws {
    var watched = try WatchedWorld(workers: 1, mode: .transaction, rate: 200)
    let clients = watched.capped.enter(6, user: "a", tenant: "shares")
    watched.capped.server.queryNanoseconds = 300_000_000
    let found = watched.windows(8)
    #expect(found.map(\.kind) == [.tenantTightened])

    watched.capped.server.queryNanoseconds = 1_000_000
    // Those that wait for the old, slow answers.
    _ = watched.windows(2)
    let cut = Self.rate(&watched, clients)
    #expect(abs(cut - 100) <= 10)
    let released = watched.windows(24)
    #expect(released.map(\.kind) == [.tenantReleased])
    let whole = Self.rate(&watched, clients)
    #expect(abs(whole - 200) <= 20)
    #expect(clients.allSatisfy { $0.refusal == nil })
    watched.capped.close()
  }

  /// Answers in the next second.
  private static func rate(_ watched: inout WatchedWorld, _ clients: [CountingClient]) -> Int {
    let before = clients.reduce(0) { $0 + $1.answers }
    _ = watched.windows(4)
    return clients.reduce(0) { $0 + $1.answers } - before
  }

  @Test(
    "counts each transaction once, with its bytes, and a waiting one's time as latency and not as server time"
  )
  func measures() throws {
    var watched = try WatchedWorld(workers: 1, mode: .transaction)
    watched.capped.server.queryNanoseconds = 20_000_000
    let clients = watched.capped.enter(12, user: "a", tenant: "shares")
    _ = watched.windows(8)
    let before = clients.reduce(0) { $0 + $1.answers }
    _ = watched.windows(4)
    let answers = clients.reduce(0) { $0 + $1.answers } - before
    let report = watched.capped.contexts[0].inbox.newest
    let standing = try #require(report.rows.first?.standing)
    #expect(abs(standing.transactionsPerSecond - Double(answers)) <= 8)
    #expect(standing.bytesPerSecond > standing.transactionsPerSecond * 20)
    // Four servers do all of it; three times as many clients wait for them.
    #expect(standing.busyServers > 3.5 && standing.busyServers <= 4.1)
    #expect(standing.shardShare == 1)
    let p95 = try #require(standing.p95Nanoseconds)
    #expect(p95 > 55_000_000 && p95 < 90_000_000)
    #expect(report.totals.distinctTenants == 1)
    watched.capped.close()
  }

  @Test("a login is no transaction, and a worker in which none has ended leaves no window")
  func idle() throws {
    var watched = try WatchedWorld(workers: 1, mode: .transaction)
    watched.capped.enter(3, user: "a", tenant: "shares", pause: nil)
    _ = watched.windows(2)
    #expect(watched.capped.contexts[0].inbox.takeAll().isEmpty)
    #expect(watched.capped.contexts[0].inbox.newest.rows.isEmpty)
    watched.capped.close()
  }
}
