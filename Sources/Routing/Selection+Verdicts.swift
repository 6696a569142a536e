import ShardMap

extension Selection {
  /// What became of each instance of the shard, read off the decision.
  func verdicts(
    for target: Target, view: CandidateView, health: borrowing HealthTable
  ) -> [CandidateVerdict] {
    var verdicts: [CandidateVerdict] = []
    verdicts.reserveCapacity(view.replicaCount + 1)
    verdicts.append(verdict(on: view.shard.primary, .primary, target, view, health))
    for position in 0..<view.replicaCount {
      verdicts.append(verdict(on: view.replica(position), .replica, target, view, health))
    }
    return verdicts
  }

  private func verdict(
    on instance: InstanceIndex, _ role: InstanceRole, _ target: Target, _ view: CandidateView,
    _ health: borrowing HealthTable
  ) -> CandidateVerdict {
    let verdict: Verdict =
      if let choice, choice.instance == instance {
        .taken(choice.reason)
      } else {
        .left(rejection(of: instance, role, target, view, health))
      }
    return CandidateVerdict(
      instance: instance, role: role, distance: view.distance(of: instance),
      health: health[health.slot(of: instance)], verdict: verdict)
  }

  private func rejection(
    of instance: InstanceIndex, _ role: InstanceRole, _ target: Target, _ view: CandidateView,
    _ health: borrowing HealthTable
  ) -> RejectionReason {
    switch (target.tier, role) {
    case (.strong, .replica): return .tierNeedsPrimary
    case (.bounded, .replica): return .lagUnknown
    case (.bounded, .primary) where isRefused: return .policyRefuses
    default: break
    }
    switch view.standing(of: instance, health) {
    case .tried: return .alreadyTried
    case _ where view.tried.isFull: return .attemptsExhausted
    case .open where role == .primary: return .replicaPreferred
    case let standing:
      guard let draw, draw.field.standing == standing, role == .replica else {
        return standing == .ejected ? .ejected : .cooling
      }
      return rejection(of: instance, in: draw, view, health)
    }
  }

  private func rejection(
    of instance: InstanceIndex, in draw: ReplicaDraw, _ view: CandidateView,
    _ health: borrowing HealthTable
  ) -> RejectionReason {
    if view.distance(of: instance) > draw.field.distance { return .fartherAway }
    if !draw.field.contains(instance, view, health) { return .slowerRegion }
    if instance != draw.loser { return .notDrawn }
    return switch draw.margin {
    case .lessInFlight: .moreInFlight
    case .lowerLatency: .higherLatency
    case .firstDrawn, .alone: .drawnSecond
    }
  }
}
