import Routing
import ShardMap

/// One worker's view of a fleet with a clock that the test sets; it speaks in instance ids.
final class Worker {
  private(set) var map: CompiledMap
  private var health: HealthTable
  private var random: RandomSource
  private var resolver: Resolver
  /// How the map stands.
  var freshness = MapFreshness.unruled
  /// Seconds since the clock's origin.
  var seconds: Double = 1000

  /// What probes saw; nobody probes before the first sample is put there.
  private(set) var samples: SampleTable
  private(set) var isProbing = false
  /// What the session knows of.
  var floor = SessionFloor.none
  /// Whether what is routed begins READ ONLY.
  var readOnly = false

  init(
    _ fleet: Fleet, zone: String? = "east/a", region: String? = nil, seed: UInt64 = 1,
    policy: HealthPolicy = HealthPolicy(), clock: WallClock = .unknown
  ) throws {
    map = try fleet.compiled()
    health = HealthTable(for: map, policy: policy)
    random = RandomSource(seed: seed)
    resolver = Resolver(
      location: RouterLocation(region: region, zone: zone, in: map), in: map, clock: clock)
    samples = SampleTable(for: map)
  }

  var now: MonotonicTime { MonotonicTime(nanoseconds: UInt64(seconds * 1e9)) }

  func slot(_ id: String) -> HealthSlot {
    health.slot(of: map.instance(id: id.utf8Span.span.bytes)!)
  }

  func health(_ id: String) -> InstanceHealth { health[slot(id)] }

  func isPanicking(_ shard: String = "s1") -> Bool {
    health.isPanicking(map.shard(id: shard.utf8Span.span.bytes)!)
  }

  func spill(_ shard: String = "s1") -> SpillBudget {
    health.spill(of: map.shard(id: shard.utf8Span.span.bytes)!)
  }

  func route(
    _ tenant: String = "s1-eventual", _ tier: Consistency? = nil, tried: [String] = []
  ) throws(RouteRefusal) -> Route {
    isProbing
      ? try route(tenant, tier, tried, samples) : try route(tenant, tier, tried, NoSamples())
  }

  private func route<Samples: SampleSource>(
    _ tenant: String, _ tier: Consistency?, _ tried: [String], _ samples: Samples
  ) throws(RouteRefusal) -> Route {
    try resolver.resolve(
      tenant: tenant.utf8Span.span.bytes, tier: tier, readOnly: readOnly, floor: floor,
      excluding: self.tried(tried), map: map, freshness: freshness, samples: samples,
      health: &health, random: &random, now: now)
  }

  func explain(
    _ tenant: String = "s1-eventual", _ tier: Consistency? = nil, tried: [String] = []
  ) -> RouteExplanation {
    isProbing
      ? explain(tenant, tier, tried, samples) : explain(tenant, tier, tried, NoSamples())
  }

  private func explain<Samples: SampleSource>(
    _ tenant: String, _ tier: Consistency?, _ tried: [String], _ samples: Samples
  ) -> RouteExplanation {
    resolver.explain(
      tenant: tenant.utf8Span.span.bytes, tier: tier, readOnly: readOnly, floor: floor,
      excluding: self.tried(tried), map: map, freshness: freshness, samples: samples,
      health: health, random: random, now: now)
  }

  /// `instance reason`, or the name of the refusal.
  func told(
    _ tenant: String = "s1-eventual", _ tier: Consistency? = nil, tried: [String] = []
  ) -> String {
    do throws(RouteRefusal) {
      let route = try route(tenant, tier, tried: tried)
      return "\(id(route.instance)) \(route.reason.name)"
    } catch {
      return error.name
    }
  }

  /// `instance: reason` for every candidate.
  func verdicts(
    _ tenant: String = "s1-eventual", _ tier: Consistency? = nil, tried: [String] = []
  ) -> [String] {
    explain(tenant, tier, tried: tried).candidates.map {
      "\(id($0.instance)): \($0.verdict.reasonName)"
    }
  }

  func id(_ instance: InstanceIndex) -> String { map.text(map.instance(instance).id) }

  func begin(_ id: String, times: Int = 1) {
    for _ in 0..<times { health.begin(slot(id)) }
  }

  func end(_ id: String) { health.end(slot(id)) }
  func end(_ slot: HealthSlot) { health.end(slot) }

  /// One whole attempt that fails.
  func fail(_ id: String, times: Int = 1) {
    for _ in 0..<times {
      health.begin(slot(id))
      health.recordFailure(slot(id), now: now)
      health.end(slot(id))
    }
  }

  /// One whole session that connected within `milliseconds`.
  func connect(_ id: String, milliseconds: UInt64 = 1) {
    health.begin(slot(id))
    health.recordConnected(slot(id), latencyNanoseconds: milliseconds * 1_000_000, now: now)
    health.end(slot(id))
  }

  /// One attempt whose login has succeeded.
  func answer(_ id: String) { health.recordAnswer(slot(id)) }

  /// The mode that a tenant is under, and its cause.
  func mode(_ tenant: String = "s1-eventual") throws -> String {
    guard let index = map.tenant(id: tenant.utf8Span.span.bytes) else { return "no tenant" }
    let mode = resolver.mode(of: index, map: map, health: health, now: now)
    return "\(mode.mode.name) \(mode.cause.name)"
  }

  func forgetOldEvidence() { health.forgetOldEvidence(at: now) }

  /// Puts a sample that was taken `age` seconds ago and proves a lag of `lag` seconds now; without a
  /// lag it proves nothing.
  func sample(
    _ id: String, lag: Double? = nil, age: Double = 0, role: InstanceSample.Role = .replica,
    position: UInt64 = 0
  ) {
    let freshAsOf = lag.map { MonotonicTime(nanoseconds: UInt64(((seconds - $0) * 1e9).rounded())) }
    set(
      InstanceSample(
        role: role,
        takenAt: MonotonicTime(nanoseconds: UInt64(((seconds - age) * 1e9).rounded())),
        position: LogPosition(rawValue: position), freshAsOf: freshAsOf ?? .origin), of: id)
  }

  func set(_ sample: InstanceSample?, of id: String) {
    samples.set(sample, of: map.instance(id: id.utf8Span.span.bytes)!)
    isProbing = true
  }

  func adopt(_ fleet: Fleet, zone: String? = "east/a") throws {
    let new = try fleet.compiled()
    let old = map
    health = health.carried(from: old, to: new)
    map = new
    resolver = Resolver(location: RouterLocation(region: nil, zone: zone, in: new), in: new)
    samples = SampleTable(for: new)
  }

  private func tried(_ ids: [String]) -> TriedInstances {
    var tried = TriedInstances()
    for id in ids { tried.insert(slot(id)) }
    return tried
  }
}
