import HotTenants
import Routing
import ShardMap
import Testing

@testable import DataPlane

/// A keeper between workers that only leave windows, and what it tells others.
private final class Keeping {
  static let rules = HotTenantRules(
    shardTimePercent: 50, p95Milliseconds: 200, sustainedMilliseconds: 500,
    coolDownMilliseconds: 1000, tightenPercent: 40, requestsMove: true)

  let contexts: [WorkerContext]
  let slot: MapSlot
  var keeper: TenantKeeper
  var number: UInt64 = 40

  init(home: HomeSettings?, map: PoolsMap) throws {
    slot = MapSlot(try map.compiled())
    var settings = RouterSettings(mapPath: "", listeners: [])
    settings.home = home
    contexts = WorkerContext.all(count: 2, settings: settings, mapSlot: slot)
    keeper = TenantKeeper(contexts)
  }

  static func map(quarantine: String? = "jail", version: UInt64 = 1) -> PoolsMap {
    PoolsMap(
      pools: [
        .init(id: "main", foreign: .relay, ports: [1]),
        .init(id: "jail", foreign: .serve, ports: [2]),
        .init(id: "nowhere"),
      ],
      tenants: [.init(id: "acme", pool: "main"), .init(id: "globex", pool: "main")],
      version: version, envelope: Envelope(transactionsPerSecond: 1000),
      hotTenant: (rules, quarantine))
  }

  /// What the keeper does after a window in which acme had so many of ten busy servers, half of them at each worker.
  func window(servers: UInt64, milliseconds: UInt64) -> [RouterEvent] {
    number += 1
    for context in contexts {
      var window = TenantWindow(number: number)
      let all = 5 * TenantWindow.nanoseconds
      let own = WorkAmounts(
        transactions: 10, bytes: 999, serverNanoseconds: servers * TenantWindow.nanoseconds / 2)
      var latencies = LatencyCounts()
      for _ in 0..<10 {
        latencies.count(range: LatencyCounts.range(ofNanoseconds: milliseconds * 1_000_000))
      }
      window.tenants = [
        TenantMeasure(
          tenant: Array("acme".utf8), shard: ShardIndex(0), amounts: own, latencies: latencies)
      ]
      window.shards = [
        ShardMeasure(
          shard: ShardIndex(0),
          amounts: WorkAmounts(transactions: 20, bytes: 2000, serverNanoseconds: all))
      ]
      context.inbox.put(window, of: slot.map)
    }
    return tick()
  }

  func tick() -> [RouterEvent] {
    keeper.tick(now: MonotonicTime(nanoseconds: number * TenantWindow.nanoseconds))
    return contexts[0].outbox.takeAll()
  }

  func windows(_ count: Int, servers: UInt64, milliseconds: UInt64) -> [RouterEvent] {
    var events: [RouterEvent] = []
    for _ in 0..<count { events += window(servers: servers, milliseconds: milliseconds) }
    return events
  }

  /// The newest quarantine that a worker was told of.
  func quarantine(of worker: Int) -> QuarantineBook? {
    contexts[worker].mailbox.takeAll().compactMap {
      if case .quarantine(let book) = $0 { book } else { nil }
    }.last
  }
}

@Suite("The keeper of a router's tenants")
struct TenantKeeperTests {
  private static let home = HomeSettings(pool: "main", router: nil)

  @Test(
    "tells the workers of a quarantine and the control plane of each step, with numbers, and takes it all back"
  )
  func stepsAndBack() throws {
    let keeping = try Keeping(home: Self.home, map: Keeping.map())
    let events = keeping.windows(12, servers: 8, milliseconds: 300)
    #expect(events.map(\.kind) == [.tenantTightened, .tenantQuarantined, .moveRequested])
    #expect(events.allSatisfy { $0.tenant == "acme" && $0.shard == "s1" })
    #expect(
      events[0].text
        == "its transactions a second are cut to 40 %: it is hot, with 80 % of the server time of"
        + " s1 (8.0 servers), a p95 of 301 ms and 40 transactions/s")
    for worker in 0..<2 {
      let book = try #require(keeping.quarantine(of: worker))
      let pool = book.pool(for: Array("acme".utf8), in: keeping.slot.map)
      #expect(pool == keeping.slot.map.pool(id: "jail"))
      #expect(book.pool(for: Array("globex".utf8), in: keeping.slot.map) == nil)
    }
    let released = keeping.windows(20, servers: 1, milliseconds: 3)
    #expect(released.map(\.kind) == [.tenantReleased, .tenantReleased])
    #expect(keeping.quarantine(of: 1) == QuarantineBook())
  }

  @Test(
    "sends nobody into quarantine where the sessions couldn't go",
    arguments: [
      (HomeSettings?.none, "jail"), (HomeSettings(pool: "jail", router: nil), "jail"),
      (Self.home, "nowhere"),
    ])
  func noQuarantine(home: HomeSettings?, pool: String) throws {
    let keeping = try Keeping(home: home, map: Keeping.map(quarantine: pool))
    let events = keeping.windows(12, servers: 8, milliseconds: 300)
    #expect(events.map(\.kind) == [.tenantTightened, .moveRequested])
    #expect(keeping.quarantine(of: 0) == nil)
  }

  @Test("doesn't cut down what has no limit: then the next step is the first")
  func noLimit() throws {
    var map = Keeping.map()
    map.envelope = .unlimited
    let keeping = try Keeping(home: Self.home, map: map)
    let events = keeping.windows(12, servers: 8, milliseconds: 300)
    #expect(events.map(\.kind) == [.tenantQuarantined, .moveRequested])
  }

  @Test(
    "a map with other rules undoes everything, and one that only has other tenants what is done about them"
  )
  func mapChanges() throws {
    var other = Keeping.map(version: 2)
    other.hotTenant?.rules.p95Milliseconds = 100
    var moved = Keeping.map(version: 2)
    moved.tenants.removeFirst()
    for next in [other, moved] {
      let keeping = try Keeping(home: Self.home, map: Keeping.map())
      _ = keeping.windows(12, servers: 8, milliseconds: 300)
      keeping.slot.publish(try next.compiled())
      let events = keeping.tick()
      #expect(events.map(\.kind) == [.tenantReleased, .tenantReleased])
      #expect(keeping.quarantine(of: 0) == QuarantineBook())
      #expect(keeping.contexts[0].inbox.newest.treatedCount == 0)
    }
  }

  @Test("a newer map that only has another tenant otherwise leaves what is done about this one")
  func sameRules() throws {
    let keeping = try Keeping(home: Self.home, map: Keeping.map())
    _ = keeping.windows(12, servers: 8, milliseconds: 300)
    var next = Keeping.map(version: 2)
    next.tenants[1].state = .suspended
    keeping.slot.publish(try next.compiled())
    #expect(keeping.tick().isEmpty)
    #expect(keeping.contexts[0].inbox.newest.treatedCount == 1)
  }

  @Test(
    "lists as many as are to be shown and those that something is done about, however many there are"
  )
  func lists() throws {
    let keeping = try Keeping(home: Self.home, map: Keeping.map())
    var window = TenantWindow(number: 1)
    for number in 0..<400 {
      window.tenants.append(
        TenantMeasure(
          tenant: Array("t\(number)".utf8), shard: ShardIndex(0),
          amounts: WorkAmounts(
            transactions: 1, bytes: 1, serverNanoseconds: UInt64(1000 - number)),
          latencies: LatencyCounts()))
    }
    keeping.contexts[1].inbox.put(window, of: keeping.slot.map)
    _ = keeping.tick()
    let rows = keeping.contexts[0].inbox.newest.rows
    #expect(rows.count == HotTenantLimits.shown)
    #expect(rows.first?.standing.tenant == Array("t0".utf8))
  }
}
