import Routing
import ShardMap
import Testing

/// What each mode does to each tier, and whom it refuses.
@Suite("Degraded modes")
struct ModeTests {
  private static let lagging = ["near@east/a"]

  private func worker(
    _ mode: ServiceMode, _ rules: DegradationRules = .standard
  ) throws -> Worker {
    var fleet = Fleet(replicas: Self.lagging, mode: mode)
    fleet.degradation = rules
    let worker = try Worker(fleet)
    // Five seconds behind, and nobody knows what it has replayed.
    worker.sample("near", lag: 5)
    return worker
  }

  @Test(
    "each tier gets what the mode leaves of it",
    arguments: [
      (ServiceMode.normal, Consistency.strong, "p primary"),
      (.normal, .eventual, "near only-candidate"),
      (.normal, .bounded(milliseconds: 1000), "p lag-exceeded"),
      (.relaxed, .strong, "p primary"),
      (.relaxed, .eventual, "near only-candidate"),
      (.relaxed, .bounded(milliseconds: 1000), "near only-candidate"),
      (.eventualOnly, .strong, "near only-candidate"),
      (.eventualOnly, .session, "near only-candidate"),
      (.eventualOnly, .eventual, "near only-candidate"),
      (.eventualOnly, .bounded(milliseconds: 1000), "near only-candidate"),
      (.readOnly, .strong, "p primary"),
      (.readOnly, .eventual, "near only-candidate"),
      (.readOnly, .bounded(milliseconds: 1000), "p lag-exceeded"),
      (.paused, .strong, "shard-paused"),
      (.paused, .eventual, "shard-paused"),
    ])
  func tiers(mode: ServiceMode, tier: Consistency, expected: String) throws {
    let worker = try worker(
      mode, DegradationRules(deepest: .readOnly, relaxedBoundMilliseconds: 10_000))
    worker.floor = .unreachable
    #expect(worker.told("s1-strong", tier) == expected)
  }

  @Test("a relaxed bound is never narrower than the one that was asked for")
  func relaxedBound() throws {
    let rules = DegradationRules(relaxedBoundMilliseconds: 10_000)
    let worker = try worker(.relaxed, rules)
    let tiers: [(Consistency, Consistency)] = [
      (.bounded(milliseconds: 1000), .bounded(milliseconds: 10_000)),
      (.bounded(milliseconds: 20_000), .bounded(milliseconds: 20_000)),
      (.eventual, .eventual),
    ]
    for (asked, inForce) in tiers {
      let route = try worker.route("s1-strong", asked)
      #expect(route.tier == inForce && route.tierAsked == asked)
      #expect(route.mode.mode == .relaxed)
    }
    #expect(try self.worker(.relaxed).told("s1-strong", tiers[0].0) == "p lag-exceeded")
  }

  @Test("a policy is refused in every mode deeper than it puts up with, and in no other")
  func deepest() throws {
    let modes: [ServiceMode] = [.normal, .relaxed, .eventualOnly, .readOnly]
    for mode in modes {
      for deepest in modes + [.paused] {
        let worker = try worker(mode, DegradationRules(deepest: deepest))
        for tier in [Consistency.strong, .eventual] {
          let isRefused = worker.told("s1-strong", tier) == "mode-refused"
          #expect(isRefused == (mode > deepest), "\(mode) \(deepest) \(tier)")
        }
      }
    }
  }

  @Test("of shard's and tenant's mode the deeper one is in force, and says whose it is")
  func deeperWins() throws {
    let cases: [(shard: ServiceMode, tenant: ServiceMode, told: String)] = [
      (.normal, .normal, "normal none"), (.relaxed, .normal, "relaxed map-shard"),
      (.normal, .relaxed, "relaxed map-tenant"), (.readOnly, .relaxed, "read-only map-shard"),
      (.relaxed, .readOnly, "read-only map-tenant"),
      (.readOnly, .readOnly, "read-only map-shard"), (.paused, .readOnly, "paused map-shard"),
      (.readOnly, .paused, "paused map-tenant"),
    ]
    for (shard, tenant, told) in cases {
      var fleet = Fleet(replicas: Self.lagging, mode: shard)
      fleet.tenantMode = TimedMode(tenant)
      #expect(try Worker(fleet).mode() == told)
    }
  }

  @Test("a paused tenant takes nothing, and its refusal doesn't blame the shard")
  func pausedTenant() throws {
    var fleet = Fleet(replicas: Self.lagging)
    fleet.tenantMode = TimedMode(.paused)
    let worker = try Worker(fleet)
    #expect(worker.told("s1-strong") == "tenant-paused")
    guard case .failure(let refusal) = worker.explain("s1-strong").outcome else {
      Issue.record("it was routed")
      return
    }
    #expect(refusal.explanation(tenant: "s1-strong", in: worker.map).contains("tenant"))
    #expect(worker.explain("s1-strong").mode?.cause == .mapTenant)
  }

  @Test("a refusal for the mode names it, and an explanation tells the mode of a route")
  func explanation() throws {
    let refused = try worker(.readOnly, DegradationRules(deepest: .relaxed))
    guard case .failure(let refusal) = refused.explain("s1-strong").outcome else {
      Issue.record("it was routed")
      return
    }
    #expect(refusal.name == "mode-refused")
    #expect(refusal.explanation(tenant: "s1-strong", in: refused.map).contains("read-only"))
    #expect(refused.explain("s1-strong").mode?.mode == .readOnly)
    #expect(try worker(.readOnly).explain("s1-strong").mode?.mode == .readOnly)
    #expect(try worker(.normal).explain("s1-strong").mode == .normal)
  }

  @Test("writes are refused in the modes that take them away, but not on evidence")
  func refusesWrites() {
    let refusing = ServiceMode.allCases.filter { ModeInForce($0, .mapShard).refusesWrites }
    #expect(Set(refusing) == [.eventualOnly, .readOnly])
    #expect(!ModeInForce(.readOnly, .noPrimary).refusesWrites)
    #expect(!ModeInForce.normal.refusesWrites && ModeInForce.normal.isNormal)
  }

  @Test("stable names and texts are distinct")
  func names() {
    #expect(Set(ModeCause.allCases.map(\.name)).count == ModeCause.allCases.count)
    #expect(Set(ModeCause.allCases.map(\.explanation)).count == ModeCause.allCases.count)
    #expect(Set(ServiceMode.allCases.map(\.explanation)).count == ServiceMode.allCases.count)
  }
}

/// Modes that end by the wall clock, told by the decisions' clock.
@Suite("Modes that end by themselves")
struct ModeEndTests {
  /// The clock of a worker in these tests shows 1000 s; then it is this time.
  private static let wall: UInt64 = 1_795_000_000_000
  private static let clock = WallClock(
    monotonic: MonotonicTime(nanoseconds: 1_000_000_000_000), milliseconds: wall)

  @Test("a shard's mode holds until its end and not at it")
  func shard() throws {
    var fleet = Fleet(replicas: ["near@east/a"], mode: .paused)
    fleet.shards[0].modeUntilMilliseconds = Self.wall + 2000
    let worker = try Worker(fleet, clock: Self.clock)
    for (seconds, told) in [
      (1000, "shard-paused"), (1001.999, "shard-paused"), (1002, "p primary"),
    ] {
      worker.seconds = seconds
      #expect(worker.told("s1-strong") == told, "at \(seconds)")
    }
  }

  @Test("a tenant's mode holds until its end, and the shard's may outlast it")
  func tenant() throws {
    var fleet = Fleet(replicas: ["near@east/a"], mode: .relaxed)
    // A map file keeps a tenant's end in whole seconds.
    fleet.tenantMode = TimedMode(.readOnly, untilMilliseconds: Self.wall + 2000)
    let worker = try Worker(fleet, clock: Self.clock)
    #expect(try worker.mode() == "read-only map-tenant")
    let ends = try worker.route("s1-strong").mode.ends
    #expect(ends == MonotonicTime(nanoseconds: 1_002_000_000_000))
    worker.seconds = 1001.999
    #expect(try worker.mode() == "read-only map-tenant")
    worker.seconds = 1002
    #expect(try worker.mode() == "relaxed map-shard")
    #expect(try worker.route("s1-strong").mode.ends == ModeInForce.never)
  }

  @Test("one whose end has passed is over, and one without an end is not")
  func passed() throws {
    var fleet = Fleet(replicas: ["near@east/a"], mode: .readOnly)
    #expect(try Worker(fleet, clock: Self.clock).mode() == "read-only map-shard")
    fleet.shards[0].modeUntilMilliseconds = Self.wall
    #expect(try Worker(fleet, clock: Self.clock).mode() == "normal none")
    // Nobody knows what time it is: it is not taken for over.
    #expect(try Worker(fleet).mode() == "read-only map-shard")
  }

  @Test("the two clocks tell each other's time")
  func clocks() {
    let half = MonotonicTime(nanoseconds: 1_000_500_000_000)
    #expect(Self.clock.milliseconds(at: half) == Self.wall + 500)
    #expect(Self.clock.milliseconds(at: MonotonicTime(nanoseconds: 0)) == Self.wall - 1_000_000)
    #expect(WallClock.unknown.milliseconds(at: half) == nil)
    let never = TimedMode(.readOnly, untilMilliseconds: .max)
    #expect(Self.clock.end(of: never) == ModeInForce.never)
  }
}
