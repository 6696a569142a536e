import ShardMap

extension Selection {
  /// What became of each instance of the shard, read off the decision.
  func verdicts<Samples: SampleSource & ~Copyable>(
    for target: borrowing Target, tried: borrowing TriedInstances, location: RouterLocation,
    map: CompiledMap, health: borrowing HealthTable, samples: borrowing Samples
  ) -> [CandidateVerdict] {
    let chosen = self.instance(for: target)
    let members =
      [(target.primary, InstanceRole.primary)]
      + map.replicas(of: map.shard(target.shard)).map { ($0, .replica) }
    var verdicts: [CandidateVerdict] = []
    for (instance, role) in members {
      let sample = samples.sample(of: instance)
      let slot = health.slot(of: instance)
      let distance = location.distance(to: map.instance(instance).zone, in: map)
      let verdict: Verdict =
        if let reason, instance == chosen {
          .taken(reason)
        } else if role == .primary {
          .left(rejectionOfPrimary(target, tried, health))
        } else {
          .left(rejection(of: instance, sample, at: distance, target, tried, health))
        }
      verdicts.append(
        CandidateVerdict(
          instance: instance, role: role, distance: distance, health: health[slot],
          weightPercent: health[slot].weightPercent(at: target.now, health.policy),
          provenLagNanoseconds: role == .replica
            ? sample?.provenLagNanoseconds(at: target.now) : nil,
          sampleAgeNanoseconds: sample?.ageNanoseconds(at: target.now),
          evidence: RouteEvidence(sample, against: role, at: target.now), verdict: verdict))
    }
    return verdicts
  }

  private func rejectionOfPrimary(
    _ target: borrowing Target, _ tried: borrowing TriedInstances, _ health: borrowing HealthTable
  ) -> RejectionReason {
    if barrier == .policy { return .policyRefuses }
    let standing = standing(of: health.slot(of: target.primary), target, tried, health)
    if standing == .tried { return .alreadyTried }
    if tried.isFull { return .attemptsExhausted }
    if barrier == .budget { return .budgetSpent }
    return switch standing {
    case .open: .replicaPreferred
    case .ejected: .ejected
    case .cooling, .tried: .cooling
    }
  }

  private func rejection(
    of replica: InstanceIndex, _ sample: InstanceSample?, at distance: Distance,
    _ target: borrowing Target, _ tried: borrowing TriedInstances, _ health: borrowing HealthTable
  ) -> RejectionReason {
    if target.tier == .strong { return .tierNeedsPrimary }
    switch target.requirement.fitness(sample) {
    case .fit: break
    case .lagUnknown: return .lagUnknown
    case .claimsPrimary: return .claimsPrimary
    case .lagExceeded: return .lagExceeded
    case .behindFloor: return .behindFloor
    }
    let slot = health.slot(of: replica)
    let standing = standing(of: slot, target, tried, health)
    if standing == .tried { return .alreadyTried }
    if tried.isFull { return .attemptsExhausted }
    guard let draw = search.draw, draw.field.standing == standing else {
      return standing == .ejected ? .ejected : .cooling
    }
    if distance > draw.field.distance { return .fartherAway }
    let latency = health.latency(of: slot, at: target.now)
    if !draw.field.includes(latencyNanoseconds: latency) { return .slowerRegion }
    if replica != draw.loser?.instance { return .notDrawn }
    return draw.rejectionOfLoser
  }
}

extension ReplicaDraw {
  fileprivate var rejectionOfLoser: RejectionReason {
    switch margin {
    case .lessInFlight: .moreInFlight
    case .lowerLatency: .higherLatency
    case .fullerWeight: .rampingUp
    case .firstDrawn, .alone: .drawnSecond
    }
  }
}
