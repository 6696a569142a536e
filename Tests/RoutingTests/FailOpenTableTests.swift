import Routing
import ShardMap
import Testing

/// What a stale map may still do: a test for each cell of the design's table, a row a group.
///
/// What takes a worker to see (holding a session, the negative cache, a map file that is refused) is
/// tested with one, under the same names.
@Suite("Fail-open table")
struct FailOpenTableTests {
  /// An age in each of the three columns, and one at each border.
  private static let fresh = MapFreshness(age: .milliseconds(100), isReachable: true)
  private static let stale = MapFreshness(age: .milliseconds(101), isReachable: false)
  private static let lastMoment = MapFreshness(
    age: MapAge(nanoseconds: 1_000_000_000 - 1), isReachable: false)
  private static let expired = MapFreshness(age: .milliseconds(1000), isReachable: false)
  private static let unknown = MapFreshness(age: .unknown, isReachable: false)

  private func worker(_ fallback: BoundedFallback = .primary) throws -> Worker {
    var fleet = Fleet(replicas: ["near@east/a"])
    fleet.freshness = FreshnessRules(
      all: FreshnessBound(ttlMilliseconds: 100, maxStaleMilliseconds: 1000))
    fleet.boundedFallback = fallback
    return try Worker(fleet)
  }

  /// A policy that never lets permissions expire, so that the other rows' last column shows.
  private func lenientWorker(_ fallback: BoundedFallback = .primary) throws -> Worker {
    var fleet = Fleet(replicas: ["near@east/a"])
    var rules = FreshnessRules(
      all: FreshnessBound(ttlMilliseconds: 100, maxStaleMilliseconds: 1000))
    rules[.permissions] = FreshnessBound(
      ttlMilliseconds: 100, maxStaleMilliseconds: FreshnessBound.never)
    fleet.freshness = rules
    fleet.boundedFallback = fallback
    return try Worker(fleet)
  }

  // MARK: Tenant → shard, instance addresses

  @Test("routing, younger than the TTL: used")
  func routingFresh() throws {
    let worker = try worker()
    worker.freshness = Self.fresh
    let route = try worker.route("s1-strong")
    #expect(worker.id(route.instance) == "p")
    #expect(route.freshness == .fresh && !route.isStale)
  }

  @Test("routing, older than the TTL: used and marked stale")
  func routingStale() throws {
    let worker = try worker()
    for freshness in [Self.stale, Self.lastMoment] {
      worker.freshness = freshness
      let route = try worker.route("s1-strong")
      #expect(worker.id(route.instance) == "p")
      #expect(route.freshness == .stale && route.isStale)
      #expect(worker.explain("s1-strong").freshness == .stale)
    }
  }

  @Test("routing, older than maxStale: still used, with an alarm")
  func routingExpired() throws {
    let worker = try lenientWorker()
    for freshness in [Self.expired, Self.unknown] {
      worker.freshness = freshness
      let route = try worker.route("s1-strong")
      #expect(worker.id(route.instance) == "p")
      #expect(route.freshness == .expired && route.isStale)
      let bound = FreshnessBound(ttlMilliseconds: 100, maxStaleMilliseconds: 1000)
      #expect(FreshnessAlarm(bound, age: freshness.age) == .expired)
    }
  }

  // MARK: Replica lag and health

  @Test("lag and health, younger than the TTL: an eventual read goes to the replica")
  func lagFresh() throws {
    let worker = try worker()
    worker.freshness = Self.fresh
    #expect(worker.told("s1-eventual") == "near only-candidate")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 5000)) == "p lag-unknown")
  }

  @Test("lag and health, older than the TTL: what the router sees itself counts")
  func lagStale() throws {
    let worker = try worker()
    worker.freshness = Self.stale
    #expect(worker.told("s1-eventual") == "near only-candidate")
    worker.fail("near")
    #expect(worker.told("s1-eventual") == "p primary-fallback")
    #expect(worker.told("s1-eventual", .bounded(milliseconds: 5000)) == "p lag-unknown")
  }

  @Test("lag and health, older than maxStale: bounded by policy, eventual goes on")
  func lagExpired() throws {
    for freshness in [Self.expired, Self.unknown] {
      let toPrimary = try lenientWorker(.primary)
      toPrimary.freshness = freshness
      #expect(toPrimary.told("s1-eventual", .bounded(milliseconds: 5000)) == "p lag-unknown")
      #expect(toPrimary.told("s1-eventual") == "near only-candidate")
      let refused = try lenientWorker(.refuse)
      refused.freshness = freshness
      #expect(
        refused.told("s1-eventual", .bounded(milliseconds: 5000)) == "no-replica-fresh-enough")
      #expect(refused.told("s1-eventual") == "near only-candidate")
    }
  }

  // MARK: Envelopes

  @Test("envelopes, younger than the TTL: in full")
  func envelopeFresh() throws { try expectEnvelope(.full, Self.fresh) }

  @Test("envelopes, older than the TTL: the last value")
  func envelopeStale() throws {
    try expectEnvelope(.lastValue, Self.stale)
    try expectEnvelope(.lastValue, Self.lastMoment)
  }

  @Test("envelopes, older than maxStale: the last value, burst off")
  func envelopeExpired() throws {
    try expectEnvelope(.burstOff, Self.expired)
    try expectEnvelope(.burstOff, Self.unknown)
  }

  private func expectEnvelope(_ expected: EnvelopeUse, _ freshness: MapFreshness) throws {
    let worker = try lenientWorker()
    worker.freshness = freshness
    #expect(try worker.route("s1-strong").envelope == expected)
    #expect(worker.explain("s1-strong").envelope == expected)
  }

  // MARK: Permissions

  @Test("permissions, younger than the TTL: used")
  func permissionsFresh() throws {
    let worker = try worker()
    worker.freshness = Self.fresh
    #expect(worker.told("s1-strong") == "p primary")
    #expect(worker.told("s1-suspended") == "tenant-suspended")
  }

  @Test("permissions, older than the TTL: used to the last moment; a refusal wins")
  func permissionsStale() throws {
    let worker = try worker()
    for freshness in [Self.stale, Self.lastMoment] {
      worker.freshness = freshness
      #expect(worker.told("s1-strong") == "p primary")
      #expect(worker.told("s1-suspended") == "tenant-suspended")
    }
  }

  @Test("permissions, as old as maxStale or older: new sessions are refused")
  func permissionsExpired() throws {
    let worker = try worker()
    for freshness in [Self.expired, Self.unknown] {
      worker.freshness = freshness
      for tenant in ["s1-strong", "s1-eventual"] {
        #expect(worker.told(tenant) == "permissions-expired")
        #expect(worker.told(tenant, .bounded(milliseconds: 1)) == "permissions-expired")
      }
      #expect(worker.told("s1-suspended") == "tenant-suspended")
    }
    // It is the age that counts: a control plane that answers, and confirms nothing, is no help.
    worker.freshness = MapFreshness(age: Self.expired.age, isReachable: true)
    #expect(worker.told("s1-strong") == "permissions-expired")
  }

  // MARK: Unknown tenant

  @Test("unknown tenant, the control plane answers: asked, then refused")
  func unknownFresh() {
    #expect(decide(Self.fresh) == .ask)
    #expect(decide(Self.fresh, hasAsked: true) == .refuse(.answered))
    #expect(decide(Self.fresh, mayHold: false) == .refuse(.crowded))
  }

  @Test("unknown tenant, asked for lately: the negative cache refuses it")
  func unknownStale() {
    #expect(decide(Self.fresh, isRemembered: true) == .refuse(.remembered))
    let old = MapFreshness(age: Self.stale.age, isReachable: true)
    #expect(decide(old, isRemembered: true) == .refuse(.remembered))
    #expect(decide(old) == .ask)
  }

  @Test("unknown tenant, the control plane doesn't answer: refused")
  func unknownExpired() {
    #expect(decide(Self.expired) == .refuse(.unreachable))
    #expect(decide(Self.unknown) == .refuse(.unreachable))
    #expect(decide(.unruled) == .refuse(.unruled))
  }

  private func decide(
    _ freshness: MapFreshness, hasAsked: Bool = false, isRemembered: Bool = false,
    mayHold: Bool = true
  ) -> UnknownTenant {
    UnknownTenant(
      freshness, hasAsked: hasAsked, isRemembered: isRemembered, mayHold: mayHold)
  }

  // MARK: Without a page

  @Test("without a page no rule of age holds")
  func unruled() throws {
    let worker = try worker(.refuse)
    #expect(worker.told("s1-strong") == "p primary")
    #expect(try worker.route("s1-strong").envelope == .full)
    #expect(try !worker.route("s1-strong").isStale)
  }
}

@Suite("Alarms of a map's age")
struct FreshnessAlarmTests {
  @Test(
    "stale, then near from 80 % of maxStale on, then expired",
    arguments: [
      (0, .fresh), (100, .fresh), (101, .stale), (799, .stale), (800, .near), (999, .near),
      (1000, .expired), (1_000_000, .expired),
    ] as [(UInt64, FreshnessAlarm)])
  func states(milliseconds: UInt64, expected: FreshnessAlarm) {
    let bound = FreshnessBound(ttlMilliseconds: 100, maxStaleMilliseconds: 1000)
    #expect(FreshnessAlarm(bound, age: .milliseconds(milliseconds)) == expected)
  }

  @Test("what may never expire only gets stale")
  func never() {
    let bound = FreshnessBound(ttlMilliseconds: 100, maxStaleMilliseconds: FreshnessBound.never)
    #expect(FreshnessAlarm(bound, age: .unknown) == .stale)
    #expect(Freshness(bound, age: .unknown) == .stale)
  }

  @Test("within the TTL there is no alarm, however near the end of it is")
  func shortLife() {
    let bound = FreshnessBound(ttlMilliseconds: 1000, maxStaleMilliseconds: 1000)
    #expect(FreshnessAlarm(bound, age: .milliseconds(900)) == .fresh)
    #expect(FreshnessAlarm(bound, age: .milliseconds(1000)) == .expired)
  }
}

extension MapAge {
  /// An age of so many milliseconds.
  static func milliseconds(_ count: UInt64) -> MapAge { MapAge(nanoseconds: count * 1_000_000) }
}
