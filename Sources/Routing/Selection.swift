import ShardMap

/// The decision on one session: which instance, and everything that led to it.
///
/// It is a value of fixed size. `resolve` takes the instance and the reason from it; an explanation
/// tells the rest. Neither decides anything itself.
struct Selection {
  /// The instance chosen and why; nil where none is left.
  private(set) var choice: (instance: InstanceIndex, slot: HealthSlot, reason: RouteReason)?
  /// Whether ejections were ignored.
  private(set) var isPanicking = false
  /// Whether the policy has the session refused, because no replica is proven fresh enough.
  private(set) var isRefused = false
  /// Which replicas were compared, where any was.
  private(set) var draw: ReplicaDraw?

  init(
    _ target: Target, tried: TriedInstances, location: RouterLocation, map: CompiledMap,
    health: borrowing HealthTable, random: inout RandomSource, now: MonotonicTime
  ) {
    // `strong` doesn't look at the replicas, so it leaves the shard's panic as it is.
    isPanicking =
      target.tier == .eventual
      ? Self.panics(target, map: map, health: health) : health.isPanicking(target.shard)
    if tried.isFull { return }
    let view = CandidateView(
      map: map, shard: target.record, location: location, tried: tried, isPanicking: isPanicking,
      now: now)
    switch target.tier {
    case .strong: choosePrimary(view, health, because: .primary)
    case .eventual: chooseNearest(view, health, &random)
    case .bounded:
      isRefused = target.fallback == .refuse
      if !isRefused { choosePrimary(view, health, because: .lagUnknown) }
    }
  }

  /// The route that the decision amounts to.
  func route(for target: Target, tried: TriedInstances) throws(RouteRefusal) -> Route {
    if isRefused { throw .noReplicaFreshEnough(target.shard) }
    guard let choice else { throw .noHealthyInstance(target.shard, tried: tried.count) }
    return Route(
      tenant: target.tenant, shard: target.shard, instance: choice.instance, slot: choice.slot,
      tier: target.tier, reason: choice.reason, generation: target.generation,
      epoch: target.record.epoch, freshness: target.freshness, envelope: target.envelope)
  }

  private static func panics(
    _ target: Target, map: CompiledMap, health: borrowing HealthTable
  ) -> Bool {
    let count = Int(target.record.replicaCount)
    var healthy = 0
    for position in 0..<count {
      let slot = health.slot(of: map.replica(position, of: target.record))
      if health[slot].isHealthy(health.policy) { healthy += 1 }
    }
    return health.panics(target.shard, healthy: healthy, of: count)
  }

  /// The order of preference for `eventual`, worst last.
  private mutating func chooseNearest(
    _ view: CandidateView, _ health: borrowing HealthTable, _ random: inout RandomSource
  ) {
    if chooseReplica(.open, view, health, &random) { return }
    let primary = view.standing(of: view.shard.primary, health)
    if primary == .open { return choosePrimary(view, health, because: .primaryFallback) }
    if chooseReplica(.cooling, view, health, &random) { return }
    if primary == .cooling { return choosePrimary(view, health, because: .primaryFallback) }
    if chooseReplica(.ejected, view, health, &random) { return }
    choosePrimary(view, health, because: .primaryFallback)
  }

  private mutating func choosePrimary(
    _ view: CandidateView, _ health: borrowing HealthTable, because reason: RouteReason
  ) {
    if view.standing(of: view.shard.primary, health) == .tried { return }
    choose(view.shard.primary, health, reason)
  }

  /// Chooses among the replicas of one standing; false where there are none.
  private mutating func chooseReplica(
    _ standing: Standing, _ view: CandidateView, _ health: borrowing HealthTable,
    _ random: inout RandomSource
  ) -> Bool {
    guard let draw = ReplicaDraw(standing, view, health, &random) else { return false }
    self.draw = draw
    choose(draw.winner, health, reason(for: draw, view))
    return true
  }

  private func reason(for draw: ReplicaDraw, _ view: CandidateView) -> RouteReason {
    if draw.field.standing != .open { return .lastResort }
    if isPanicking { return .panic }
    if view.replicaCount == 1 { return .onlyCandidate }
    return switch draw.field.distance {
    case .sameZone: .sameZone
    case .sameRegion: .sameRegion
    case .otherRegion: .otherRegion
    }
  }

  private mutating func choose(
    _ instance: InstanceIndex, _ health: borrowing HealthTable, _ reason: RouteReason
  ) {
    choice = (instance, health.slot(of: instance), reason)
  }
}
