internal import ArgumentParser
internal import FoundationEssentials
internal import Routing
internal import ShardMap

/// `shardway route explain`.
///
/// It makes the very decision of a router that has just started: one that knows no instance's
/// health, but for the what-if options.
struct RouteExplain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Prints the candidates for a tenant's session, and why each is taken or left.",
    discussion: """
      The decision is that of a router without history: every instance is healthy and idle, \
      unless --failing or --tried say otherwise. With --age it is that of a router whose map the \
      control plane confirmed so long ago. Without --lag it is that of a router that has no probes. \
      The exit status is 1 where the session would be refused.

      EXAMPLES
        shardway route explain --map map.swmap --tenant acme --tier bounded:5s --lag s1-b=200ms
        shardway route explain --map map.swmap --tenant acme --tier session --wrote 100ms \
      --lag s1-b=200ms --lag s1-c=50ms
        shardway route explain --map map.swmap --tenant acme --tier session \
      --floor 0/3000060 --lag s1-b=200ms@0/3000148
      """)

  @Option(help: "The compiled map.")
  var map: String

  @Option(help: "The tenant's id.")
  var tenant: String

  @Option(
    help: """
      What the session asks for: strong, session, bounded:5s or eventual. \
      (default: the tier of the tenant's policy)
      """)
  var tier: Consistency?

  @Flag(help: "What is routed begins READ ONLY: the policy may have a tier of its own for that.")
  var readOnly = false

  @Option(help: "A position of the log that the session knows of, as 16/B374D848.")
  var floor: LogPosition?

  @Option(help: "Time since the session's last write had ended, as 100ms.")
  var wrote: SpanArgument?

  @Option(
    help: ArgumentHelp(
      """
      How far an instance is proven to lag behind at most, and perhaps the position it has \
      replayed; may be repeated.
      """, valueName: "instance=200ms[@position]"))
  var lag: [LagArgument] = []

  @Option(help: "Time since the samples were taken that prove it, as 2s. (default: none)")
  var sampled: SpanArgument?

  @Option(help: "The zone that the router runs in.")
  var zone: String?

  @Option(help: "The region that the router runs in. (default: the zone's)")
  var region: String?

  @Option(help: "An instance that has just failed often enough to be ejected; may be repeated.")
  var failing: [String] = []

  @Option(help: "An instance that the session has tried in vain; may be repeated.")
  var tried: [String] = []

  @Option(help: "Time since the control plane confirmed the map, as 10m; or unknown.")
  var age: AgeArgument?

  @Flag(help: "No control plane answers the sidecar now.")
  var unreachable = false

  @Option(help: "Seed of the draw between instances that are equally near.")
  var seed: UInt64 = 0

  @Flag(help: "Prints JSON instead of a table.")
  var json = false

  func run() throws {
    let report = try report()
    print(json ? try report.json() : report.table())
    if report.route == nil { throw ExitCode.failure }
  }

  /// Makes the decision.
  func report() throws -> RouteReport {
    let map = try CompiledMap.open(path: map)
    return RouteReport(
      try explanation(in: map), freshness, sessionFloor, tenant: tenant, zone: zone,
      region: region, map: map, clock: Self.clock)
  }

  /// Without --age and --unreachable the router has no freshness page.
  private var freshness: MapFreshness {
    guard age != nil || unreachable else { return .unruled }
    return MapFreshness(age: age?.age ?? MapAge(nanoseconds: 0), isReachable: !unreachable)
  }

  /// Later than everything that can be asked about, and than "never".
  private static let now = MonotonicTime(nanoseconds: 100 * 86_400_000_000_000)

  /// When the command runs, modes of the map end by this.
  private static let clock = WallClock(
    monotonic: now, milliseconds: UInt64(Date().timeIntervalSince1970 * 1000))

  private var sessionFloor: SessionFloor {
    SessionFloor(
      lastWriteEndedAt: wrote.map { Self.now.before(milliseconds: $0.milliseconds) } ?? .origin,
      explicit: floor)
  }

  private func explanation(in map: CompiledMap) throws -> RouteExplanation {
    if lag.isEmpty { return try explanation(in: map, NoSamples()) }
    var samples = SampleTable(for: map)
    for lag in lag {
      samples.set(
        lag.sample(ageMilliseconds: sampled?.milliseconds ?? 0, at: Self.now),
        of: try instance(lag.instance, in: map))
    }
    return try explanation(in: map, samples)
  }

  private func explanation<Samples: SampleSource>(
    in map: CompiledMap, _ samples: Samples
  ) throws -> RouteExplanation {
    var health = HealthTable(for: map)
    var tried = TriedInstances()
    for id in failing {
      let slot = try slot(of: id, health, map)
      for _ in 0..<health.policy.ejectionFailures { health.recordFailure(slot, now: Self.now) }
    }
    for id in self.tried { tried.insert(try slot(of: id, health, map)) }
    return Resolver(location: try location(in: map), in: map, clock: Self.clock).explain(
      tenant: tenant.utf8Span.span.bytes, tier: tier, readOnly: readOnly, floor: sessionFloor,
      excluding: tried, map: map, freshness: freshness, samples: samples, health: health,
      random: RandomSource(seed: seed), now: Self.now)
  }

  private func slot(
    of id: String, _ health: borrowing HealthTable, _ map: CompiledMap
  ) throws -> HealthSlot {
    health.slot(of: try instance(id, in: map))
  }

  private func instance(_ id: String, in map: CompiledMap) throws -> InstanceIndex {
    guard let instance = map.instance(id: id.utf8Span.span.bytes) else {
      throw ValidationError("The map has no instance \"\(id)\".")
    }
    return instance
  }

  /// A router starts without knowing where it is; a person who misspells a zone wants to know.
  private func location(in map: CompiledMap) throws -> RouterLocation {
    let location = RouterLocation(region: region, zone: zone, in: map)
    if let region, location.region == nil {
      throw ValidationError("The map has no region \"\(region)\".")
    }
    if let zone, location.zone == nil {
      let place = region.map { " in region \"\($0)\"" } ?? ""
      throw ValidationError("The map has no zone \"\(zone)\"\(place).")
    }
    return location
  }
}
