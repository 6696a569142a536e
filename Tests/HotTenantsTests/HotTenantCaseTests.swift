import HotTenants
import Routing
import ShardMap
import Testing

/// What the detector does about one tenant, told window by window.
private struct Story {
  var detector = HotTenantDetector()
  var ledger = TenantLedger()
  var number: UInt64 = 100
  var placement: HotTenantPlacement?
  let tenant = Array("acme".utf8)

  init(_ rules: HotTenantRules) {
    placement = HotTenantPlacement(shard: ShardIndex(0), rules: rules)
  }

  /// What is done in the next window, in which the tenant has this part of its shard's 10 busy servers, and
  /// transactions of this length.
  mutating func window(percent: Int, milliseconds: Int) -> [HotTenantAction] {
    number += 1
    var window = TenantWindow(number: number)
    let whole = 10 * TenantWindow.nanoseconds
    let own = whole / 100 * UInt64(percent)
    var latencies = LatencyCounts()
    let range = LatencyCounts.range(ofNanoseconds: UInt64(milliseconds) * 1_000_000)
    for _ in 0..<20 { latencies.count(range: range) }
    window.tenants = [
      TenantMeasure(
        tenant: tenant, shard: ShardIndex(0),
        amounts: WorkAmounts(transactions: 20, bytes: 0, serverNanoseconds: own),
        latencies: latencies)
    ]
    window.shards = [
      ShardMeasure(
        shard: ShardIndex(0),
        amounts: WorkAmounts(transactions: 40, bytes: 0, serverNanoseconds: whole))
    ]
    ledger.tick([window])
    return judge()
  }

  mutating func judge() -> [HotTenantAction] {
    let now = MonotonicTime(nanoseconds: number * TenantWindow.nanoseconds)
    let placement = placement
    return detector.judge(ledger, now: now) { _ in placement }
  }

  /// What is done in so many windows, with the number of the window that it is done in, from 1.
  mutating func windows(
    _ count: Int, percent: Int, milliseconds: Int
  ) -> [(window: Int, kind: HotTenantAction.Kind)] {
    (1...count).flatMap { number in
      window(percent: percent, milliseconds: milliseconds).map { (number, $0.kind) }
    }
  }

  var stage: HotTenantStage? { detector.stage(of: tenant)?.stage }
}

@Suite("What is done about a hot tenant")
struct HotTenantCaseTests {
  /// Half a second must be hot, a step each two seconds.
  private static let rules = HotTenantRules(
    shardTimePercent: 50, p95Milliseconds: 200, sustainedMilliseconds: 500,
    coolDownMilliseconds: 2000, tightenPercent: 40, quarantinePool: PoolIndex(3),
    requestsMove: true)

  @Test(
    "it is hot when all triggers hold that are set",
    arguments: [
      (50, 200, 60, 300, HotTenantSigns.held), (50, 200, 60, 100, .gone),
      (50, 200, 30, 300, .gone), (50, 200, 45, 300, .between), (50, 200, 60, 170, .between),
      (50, nil, 60, 1, .held), (nil, 200, 11, 300, .held), (nil, nil, 100, 9000, .gone),
    ] as [(UInt8?, UInt32?, Int, Int, HotTenantSigns)])
  func signs(
    share: UInt8?, p95: UInt32?, percent: Int, milliseconds: Int, signs: HotTenantSigns
  ) {
    var standing = TenantStanding(tenant: [65], shard: ShardIndex(0))
    standing.shardShare = Double(percent) / 100
    standing.busyServers = Double(percent) / 10
    standing.p95Nanoseconds = UInt64(milliseconds) * 1_000_000
    let rules = HotTenantRules(shardTimePercent: share, p95Milliseconds: p95)
    #expect(HotTenantSigns(standing, rules) == signs)
  }

  @Test("one with less than a server's work is not hot, whatever its share of an idle shard")
  func idleShard() {
    var standing = TenantStanding(tenant: [65], shard: ShardIndex(0))
    standing.shardShare = 1
    standing.busyServers = 0.9
    standing.p95Nanoseconds = 900_000_000
    #expect(HotTenantSigns(standing, Self.rules) == .gone)
    standing.busyServers = 1
    #expect(HotTenantSigns(standing, Self.rules) == .held)
    standing.p95Nanoseconds = nil
    #expect(HotTenantSigns(standing, Self.rules) == .gone)
  }

  @Test("each step comes when the signs were sustained, and a cool-down after the last")
  func escalates() {
    var story = Story(Self.rules)
    #expect(story.windows(20, percent: 20, milliseconds: 9).isEmpty)
    let done = story.windows(30, percent: 80, milliseconds: 400)
    #expect(done.map(\.window) == [2, 10, 18])
    #expect(done.map(\.kind) == [.tighten(percent: 40), .quarantine(PoolIndex(3)), .requestMove])
    #expect(story.stage == .moveRequested)
  }

  @Test(
    "a step is undone when the signs were gone for a cool-down; the request goes with the step before it"
  )
  func undoes() {
    var story = Story(Self.rules)
    _ = story.windows(18, percent: 80, milliseconds: 400)
    let done = story.windows(40, percent: 10, milliseconds: 9)
    #expect(done.map(\.kind) == [.endQuarantine, .loosen])
    #expect(done[1].window - done[0].window == 8)
    #expect(story.stage == .watched)
  }

  @Test("between the thresholds nothing is begun and nothing undone")
  func hysteresis() {
    var story = Story(Self.rules)
    _ = story.windows(2, percent: 80, milliseconds: 400)
    #expect(story.windows(60, percent: 45, milliseconds: 400).isEmpty)
    #expect(story.stage == .tightened)
  }

  @Test("a peak shorter than what must be sustained does nothing")
  func shortPeak() {
    var rules = Self.rules
    rules.sustainedMilliseconds = 2000
    var story = Story(rules)
    for _ in 0..<10 {
      #expect(story.windows(5, percent: 80, milliseconds: 400).isEmpty)
      #expect(story.windows(6, percent: 10, milliseconds: 9).isEmpty)
    }
  }

  @Test(
    "one that is hot again soon after it was let off has to be good for twice as long each time, up to a limit"
  )
  func relapses() {
    var story = Story(Self.rules)
    var waits: [Int] = []
    for _ in 0..<6 {
      _ = story.windows(4, percent: 80, milliseconds: 400)
      #expect(story.stage == .tightened)
      var waited = 0
      while story.stage == .tightened {
        waited += 1
        _ = story.window(percent: 10, milliseconds: 9)
      }
      waits.append(waited)
    }
    let longer = zip(waits, waits.dropFirst()).map { $1 - $0 }
    #expect(longer == [8, 16, 32, 0, 0])
  }

  @Test("one that was good for long enough begins anew")
  func relapseForgotten() {
    var story = Story(Self.rules)
    var waits: [Int] = []
    for _ in 0..<2 {
      _ = story.windows(4, percent: 80, milliseconds: 400)
      let done = story.windows(60, percent: 10, milliseconds: 9)
      #expect(done.map(\.kind) == [.loosen])
      #expect(story.stage == nil)
      waits += done.map(\.window)
    }
    #expect(waits[0] == waits[1])
  }

  @Test(
    "steps that the policy doesn't have are left out",
    arguments: [
      (100, nil, false, []), (100, nil, true, [.requestMove]),
      (30, nil, false, [.tighten(percent: 30)]),
      (100, PoolIndex(1), true, [.quarantine(PoolIndex(1)), .requestMove]),
    ] as [(UInt8, PoolIndex?, Bool, [HotTenantAction.Kind])])
  func steps(
    tighten: UInt8, pool: PoolIndex?, moves: Bool, expected: [HotTenantAction.Kind]
  ) {
    var rules = Self.rules
    rules.tightenPercent = tighten
    rules.quarantinePool = pool
    rules.requestsMove = moves
    var story = Story(rules)
    #expect(story.windows(40, percent: 80, milliseconds: 400).map(\.kind) == expected)
    _ = story.windows(60, percent: 1, milliseconds: 1)
    #expect(story.stage ?? .watched == .watched)
  }

  @Test("when the map says something else of it, everything is undone at once, in reverse")
  func mapChanges() {
    var other = Self.rules
    other.p95Milliseconds = 300
    for placement in [
      nil, HotTenantPlacement(shard: ShardIndex(1), rules: Self.rules),
      HotTenantPlacement(shard: ShardIndex(0), rules: other),
    ] {
      var story = Story(Self.rules)
      _ = story.windows(18, percent: 80, milliseconds: 400)
      story.placement = placement
      let actions = story.judge()
      #expect(actions.map(\.kind) == [.endQuarantine, .loosen])
      #expect(actions.allSatisfy { $0.cause == .mapChanged })
      #expect(story.detector.treated.isEmpty)
    }
  }

  @Test("closing all undoes everything")
  func closesAll() {
    var story = Story(Self.rules)
    _ = story.windows(18, percent: 80, milliseconds: 400)
    #expect(story.detector.treated == [story.tenant])
    let now = MonotonicTime(nanoseconds: story.number * TenantWindow.nanoseconds)
    #expect(story.detector.closeAll(now: now).map(\.kind) == [.endQuarantine, .loosen])
    #expect(story.detector.closeAll(now: now).isEmpty)
  }
}
