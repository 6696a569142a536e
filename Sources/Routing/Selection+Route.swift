import ShardMap

extension Selection {
  /// The route that the decision amounts to.
  func route<Samples: SampleSource & ~Copyable>(
    for target: borrowing Target, tried: borrowing TriedInstances, samples: borrowing Samples,
    health: borrowing HealthTable
  ) throws(RouteRefusal) -> Route {
    guard let reason, let instance = instance(for: target) else {
      throw refusal(for: target, tried: tried)
    }
    // A newer one than decided is as good: a replica goes forward only.
    let sample = isPrimary ? nil : samples.sample(of: instance)
    return Route(
      tenant: target.tenant, shard: target.shard, instance: instance,
      slot: health.slot(of: instance), tier: target.tier, tierAsked: target.tierAsked,
      reason: reason,
      generation: target.generation, epoch: target.epoch, freshness: target.freshness,
      envelope: target.envelope, mode: target.mode,
      provenLagNanoseconds: sample?.provenLagNanoseconds(at: target.now),
      sampleAgeNanoseconds: sample?.ageNanoseconds(at: target.now),
      evidence: primaryEvidence ?? search.evidence)
  }

  private func refusal(
    for target: borrowing Target, tried: borrowing TriedInstances
  ) -> RouteRefusal {
    switch barrier {
    case .policy where !search.census.contains(.fit): .noReplicaFreshEnough(target.shard)
    case .budget: .primaryBudgetSpent(target.shard)
    case .policy, nil: .noHealthyInstance(target.shard, tried: tried.count)
    }
  }
}

extension HealthTable {
  /// Remembers what a decision found out.
  mutating func note(_ selection: borrowing Selection, for target: borrowing Target) {
    if selection.isPanicNews { notePanic(target.shard, selection.search.isPanicking) }
    if selection.isBudgeted {
      noteRead(of: target.shard, spilled: selection.isPrimary, now: target.now)
    }
    if target.requirement.isNone { return }
    if let slot = selection.search.unfit { noteLag(slot, isFit: false, now: target.now) }
    if let draw = selection.search.draw { noteLag(draw.winner.slot, isFit: true, now: target.now) }
  }
}
