import HotTenants
import Routing
import ShardMap
import Testing

@Suite("Ten thousand tenants on eight shards")
struct SimulatedLoadTests {
  /// Those of the shipped example.
  private static let rules = HotTenantRules(
    shardTimePercent: 50, p95Milliseconds: 200, sustainedMilliseconds: 500)

  @Test(
    "in ten minutes of plain Zipf load nobody is hot, though the largest tenants have most of their shards",
    arguments: [1.0, 1.1, 1.2], [1] as [UInt64])
  func nobodyIsHot(exponent: Double, seed: UInt64) {
    var load = SimulatedLoad(seed: seed, exponent: exponent)
    var meters = Meters(load.shardOf, seed: seed)
    var ledger = TenantLedger()
    var detector = HotTenantDetector()
    var largestShare = 0.0
    for _ in 0..<2400 {
      let now = load.window(&meters)
      ledger.tick(meters.takeWindows())
      let actions = detector.judge(ledger, now: now) {
        SimulatedLoad.placement(of: $0, load.shardOf, Self.rules)
      }
      #expect(actions.isEmpty, "\(actions)")
      largestShare = max(
        largestShare, ledger.standing(of: SimulatedLoad.name(0)).shardShare)
    }
    // The trigger of the share alone would not have done.
    #expect(exponent < 1.1 || largestShare > 0.5)
  }

  @Test(
    "a tenant that suddenly sends ten times as much, and more than its shard can do, is found in a second",
    arguments: [1.0, 1.2], [1, 2] as [UInt64])
  func floodIsFound(exponent: Double, seed: UInt64) throws {
    var floods = 0
    for shard in 0..<SimulatedLoad.shards {
      var load = SimulatedLoad(seed: seed * 10 + UInt64(shard), exponent: exponent)
      let tenant = load.largest(of: shard)
      // With less too much, it takes longer for transactions to become slow.
      guard load.usage(ofShardOf: tenant, whenItSends: 10) > 1.5 else { continue }
      floods += 1
      let from = 2.0 + Double(shard) / 31
      load.flood = (tenant, 10, from)
      var meters = Meters(load.shardOf, seed: seed)
      var ledger = TenantLedger()
      var detector = HotTenantDetector()
      var found: (tenant: [UInt8], after: Double)?
      while found == nil {
        let now = load.window(&meters)
        ledger.tick(meters.takeWindows())
        let actions = detector.judge(ledger, now: now) {
          SimulatedLoad.placement(of: $0, load.shardOf, Self.rules)
        }
        let time = Double(now.nanoseconds) / 1e9
        found = actions.first.map { ($0.standing.tenant, time - from) }
        if time > from + 10 { break }
      }
      let hot = try #require(found)
      #expect(hot.tenant == SimulatedLoad.name(tenant))
      #expect(hot.after < 1)
    }
    #expect(floods > 0)
  }

  @Test(
    "the first twenty of a list are the twenty that truly did most, and their amounts are exact")
  func listIsRight() {
    var load = SimulatedLoad(seed: 5, exponent: 1.1)
    var meters = Meters(load.shardOf, seed: 5)
    var (hits, wanted, wrong, compared) = (0, 0, 0.0, 0)
    for _ in 0..<200 {
      _ = load.window(&meters)
      var measured: [[UInt8]: UInt64] = [:]
      for measure in meters.takeWindows().flatMap(\.tenants) {
        measured[measure.tenant, default: 0] += measure.amounts.serverNanoseconds
      }
      let top = load.truth.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(20)
      let listed = measured.sorted {
        $0.value != $1.value
          ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
      }.prefix(20)
      let names = Set(listed.map(\.key))
      for (tenant, seconds) in top {
        wanted += 1
        guard names.contains(SimulatedLoad.name(tenant)) else { continue }
        hits += 1
        compared += 1
        let amount = Double(measured[SimulatedLoad.name(tenant)] ?? 0) / 1e9
        wrong += abs(amount - seconds) / seconds
      }
    }
    #expect(hits * 100 >= wanted * 99)
    #expect(wrong / Double(compared) < 0.001)
  }
}
