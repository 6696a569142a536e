import ShardMap

/// The decision on one piece of work: which instance, and everything that led to it.
///
/// It is a value of fixed size. `resolve` takes the instance and the reason from it; an explanation
/// tells the rest. Neither decides anything itself.
struct Selection: ~Copyable {
  /// Why which instance was chosen; nil where none is left.
  private(set) var reason: RouteReason?
  /// Whether it is the primary, and not the winner of the search.
  private(set) var isPrimary = false
  /// Whether the health table doesn't know yet whether the shard panics.
  private(set) var isPanicNews = false
  /// Whether the shard's budget of reads on its primary counts this one.
  private(set) var isBudgeted = false
  /// Why the primary may not stand in for a replica, once that was the question.
  private(set) var barrier: PrimaryBarrier?
  /// The replicas that were compared, and what else was come upon.
  private(set) var search = ReplicaSearch()
  /// What the primary says against the map, where it was asked.
  private(set) var primaryEvidence: RouteEvidence?

  init<Samples: SampleSource & ~Copyable>(
    _ target: borrowing Target, tried: borrowing TriedInstances, catalog: borrowing RouteCatalog,
    health: borrowing HealthTable, samples: borrowing Samples, random: inout RandomSource
  ) {
    guard target.tier != .strong else {
      // It doesn't look at the replicas, so it leaves the shard's panic as it is.
      search.isPanicking = health.isPanicking(target.shard)
      primaryEvidence = RouteEvidence(
        samples.sample(of: target.primary), against: .primary, at: target.now)
      if !tried.isFull, !tried.contains(health.slot(of: target.primary)) {
        choosePrimary(because: .primary)
      }
      return
    }
    (search.isPanicking, isPanicNews) = health.panics(target.shard, target.shelf, in: catalog)
    isBudgeted = target.shelf.count > 0 && samples.isProbing
    if tried.isFull { return }
    if search.find(.open, target, tried, catalog, health, samples, &random) {
      reason = reasonForWinner(of: target.shelf.count)
    } else {
      chooseLess(target, tried, catalog, health, samples, &random)
    }
  }

  /// The order of preference where no replica is open, worst last.
  private mutating func chooseLess<Samples: SampleSource & ~Copyable>(
    _ target: borrowing Target, _ tried: borrowing TriedInstances,
    _ catalog: borrowing RouteCatalog, _ health: borrowing HealthTable,
    _ samples: borrowing Samples, _ random: inout RandomSource
  ) {
    barrier = PrimaryBarrier(target, isBudgeted: isBudgeted, health)
    let standIn = target.shelf.count == 0 ? .primaryFallback : search.census.reasonForPrimary
    let slot = health.slot(of: target.primary)
    let primary = barrier == nil ? standing(of: slot, target, tried, health) : .tried
    if primary == .open { return choosePrimary(because: standIn) }
    if search.census.contains(.fitCooling),
      search.find(.cooling, target, tried, catalog, health, samples, &random)
    {
      return reason = .lastResort
    }
    if primary == .cooling { return choosePrimary(because: standIn) }
    if search.census.contains(.fitEjected),
      search.find(.ejected, target, tried, catalog, health, samples, &random)
    {
      return reason = .lastResort
    }
    if primary == .ejected { choosePrimary(because: standIn) }
  }

  /// What an instance is worth, its lag aside.
  func standing(
    of slot: HealthSlot, _ target: borrowing Target, _ tried: borrowing TriedInstances,
    _ health: borrowing HealthTable
  ) -> Standing {
    health.standing(
      of: slot, tried: tried, ignoringEjection: search.isPanicking, at: target.now)
  }

  private mutating func choosePrimary(because reason: RouteReason) {
    self.reason = reason
    isPrimary = true
  }

  private func reasonForWinner(of replicaCount: Int) -> RouteReason {
    if search.isPanicking { return .panic }
    if replicaCount == 1 { return .onlyCandidate }
    return switch search.draw?.field.distance {
    case .sameZone: .sameZone
    case .sameRegion: .sameRegion
    case .otherRegion, nil: .otherRegion
    }
  }

  /// The instance that was chosen; nil where none is left.
  func instance(for target: borrowing Target) -> InstanceIndex? {
    isPrimary ? target.primary : search.draw?.winner.instance
  }
}

/// Why a primary may not serve a read that no replica will do for.
enum PrimaryBarrier {
  /// The policy has such reads refused.
  case policy
  /// It has taken its share of them.
  case budget

  init?(
    _ target: borrowing Target, isBudgeted: Bool, _ health: borrowing HealthTable
  ) {
    if case .bounded = target.tier, target.fallback == .refuse {
      self = .policy
    } else if isBudgeted,
      !health.spill(of: target.shard).allowsOneMore(
        percent: target.budgetPercent, at: target.now)
    {
      self = .budget
    } else {
      return nil
    }
  }
}
