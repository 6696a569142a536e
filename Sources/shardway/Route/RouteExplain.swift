internal import ArgumentParser
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
      control plane confirmed so long ago. The exit status is 1 where the session would be \
      refused.
      """)

  @Option(help: "The compiled map.")
  var map: String

  @Option(help: "The tenant's id.")
  var tenant: String

  @Option(
    help: """
      What the session asks for: strong, eventual or bounded:5s. \
      (default: the tier of the tenant's policy)
      """)
  var tier: Consistency?

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
    let map = try CompiledMap.open(path: map)
    let report = RouteReport(
      try explanation(in: map), freshness, tenant: tenant, zone: zone, region: region, map: map)
    print(json ? try report.json() : report.table())
    if report.route == nil { throw ExitCode.failure }
  }

  /// Without --age and --unreachable the router has no freshness page.
  private var freshness: MapFreshness {
    guard age != nil || unreachable else { return .unruled }
    return MapFreshness(age: age?.age ?? MapAge(nanoseconds: 0), isReachable: !unreachable)
  }

  private func explanation(in map: CompiledMap) throws -> RouteExplanation {
    // Not the clock's origin: "never" lies in the past.
    let now = MonotonicTime(nanoseconds: 1)
    var health = HealthTable(for: map)
    var tried = TriedInstances()
    for id in failing {
      let slot = try slot(of: id, health, map)
      for _ in 0..<health.policy.ejectionFailures { health.recordFailure(slot, now: now) }
    }
    for id in self.tried { tried.insert(try slot(of: id, health, map)) }
    return Resolver(location: try location(in: map)).explain(
      tenant: tenant.utf8Span.span.bytes, tier: tier, excluding: tried, map: map,
      freshness: freshness, health: health, random: RandomSource(seed: seed), now: now)
  }

  private func slot(
    of id: String, _ health: borrowing HealthTable, _ map: CompiledMap
  ) throws -> HealthSlot {
    guard let instance = map.instance(id: id.utf8Span.span.bytes) else {
      throw ValidationError("The map has no instance \"\(id)\".")
    }
    return health.slot(of: instance)
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
