public import Routing
public import ShardMap

/// A decision that was explained, with what it takes to name its parts.
public struct ExplainedRoute: Sendable {
  /// The tier that was asked for; nil for that of the tenant's policy.
  public let tier: Consistency?
  /// The decision.
  public let explanation: RouteExplanation
}

extension Router {
  /// Decides where a tenant's work would go now in each tier, and tells why: nothing is changed by it.
  ///
  /// Each worker keeps its own book of instances' health. The one used here is made of what they know
  /// together: an instance that any worker leaves alone counts as ejected.
  ///
  /// - Parameters:
  ///   - tenant: its id.
  ///   - tiers: what a session could ask for; nil stands for the tenant's policy.
  ///   - survey: what the workers know; a moment old is good enough.
  /// - Returns: A decision a tier, in their order.
  /// - Complexity: linear in the instances of the map, for each tier; allocates.
  public func explain(
    tenant: [UInt8], tiers: [Consistency?], _ survey: RouterSurvey
  ) -> [ExplainedRoute] {
    let map = survey.map
    let now = LiveClock.now
    let settings = contexts[0].settings
    let health = HealthTable(survey, now: now)
    let resolver = Resolver(
      location: RouterLocation(region: settings.region, zone: settings.zone, in: map), in: map,
      clock: WallClock(
        monotonic: now, milliseconds: UInt64(clamping: LiveClock.wallMicroseconds / 1000)))
    let samples = ProbedSamples(board: survey.samples, isProbing: settings.probes != nil)
    return tiers.map { tier in
      ExplainedRoute(
        tier: tier,
        explanation: resolver.explain(
          tenant: tenant.span.bytes, tier: tier, map: map, freshness: freshness, samples: samples,
          health: health, random: RandomSource(seed: now.nanoseconds), now: now))
    }
  }
}

extension HealthTable {
  /// What workers know together, as one of them would.
  fileprivate init(_ survey: RouterSurvey, now: MonotonicTime) {
    self.init(for: survey.map)
    for index in survey.map.instanceIndices {
      let use = survey.instances[Int(index.rawValue)]
      let slot = slot(of: index)
      for _ in 0..<use.inFlight { begin(slot) }
      let failures =
        use.ejectingWorkers > 0 ? policy.ejectionFailures : use.failingWorkers > 0 ? 1 : 0
      for _ in 0..<Int(failures) { recordFailure(slot, now: now) }
    }
  }
}
