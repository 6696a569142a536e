public import ShardMap

// Sentences for people, next to the stable names for machines.

extension RouteReason {
  /// What the reason means, as the second half of a sentence about the instance.
  public var explanation: String {
    switch self {
    case .primary: "the tier is strong, which only the primary serves"
    case .sameZone: "the best replica in the router's zone"
    case .sameRegion: "the best replica in the router's region; none in its zone can serve"
    case .otherRegion: "the best replica elsewhere; none is known to be in the router's region"
    case .onlyCandidate: "the shard's only replica"
    case .panic: "the nearest of all replicas: too few are healthy, so ejections are ignored"
    case .primaryFallback: "no replica can serve now, so the primary stands in"
    case .lastResort: "it failed lately, and everything better was tried or failed too"
    case .lagUnknown: "of no replica is it known how far it is behind, so the primary serves"
    case .lagExceeded: "all replicas may be further behind than the bound, so the primary serves"
    case .floorNotReached:
      "no replica is known to have what the session has seen, so the primary serves"
    }
  }
}

extension RejectionReason {
  /// What the reason means, as the second half of a sentence about the instance.
  public var explanation: String {
    switch self {
    case .tierNeedsPrimary: "the tier is strong, which replicas don't serve"
    case .replicaPreferred: "the primary stands in only where no replica can serve"
    case .alreadyTried: "the session has tried it in vain"
    case .ejected: "it failed too often in a row and is left alone for a while"
    case .cooling: "its last attempt failed, or one is finding out whether it is back"
    case .fartherAway: "another one is nearer"
    case .slowerRegion: "another region answers faster"
    case .notDrawn: "as near as the one taken, but not one of the two drawn"
    case .moreInFlight: "drawn, with more sessions in flight than the one taken"
    case .higherLatency: "drawn, with a higher latency than the one taken"
    case .drawnSecond: "drawn second, and no better than the first"
    case .attemptsExhausted: "the session has used up its attempts"
    case .rampingUp: "drawn, but it is back for a short while only and takes less for now"
    case .lagUnknown: "nobody knows how far it is behind"
    case .lagExceeded: "it may be further behind than the bound"
    case .behindFloor: "it isn't known to have what the session has seen"
    case .claimsPrimary: "it says it takes writes: what it has replayed proves nothing"
    case .policyRefuses: "the policy's boundedFallback is refuse"
    case .budgetSpent: "it has taken its share of reads that no replica will do for"
    }
  }
}

extension RouteRefusal {
  /// What happened to what, for a person; `tenant` is the id that was asked for.
  public func explanation(tenant: String, in map: CompiledMap) -> String {
    switch self {
    case .unknownTenant:
      "tenant \"\(tenant)\" is not in the map (version \(map.header.mapVersion))"
    case .tenantSuspended:
      "tenant \"\(tenant)\" is suspended: it may not open sessions"
    case .paused(_, let mode) where mode.cause == .mapTenant:
      "tenant \"\(tenant)\" is paused: it may not open sessions now"
    case .modeRefused(_, let mode):
      "tenant \"\(tenant)\" is refused while the mode is \(mode.mode.name) (\(mode.cause.name)): "
        + "its policy doesn't put up with that"
    case .paused(let shard, _):
      "shard \"\(map.text(map.shard(shard).id))\" of tenant \"\(tenant)\" is paused: "
        + "it takes no new sessions"
    case .permissionsExpired(_, let age, let limit):
      "what tenant \"\(tenant)\" may do was confirmed \(age.text), and new sessions are refused "
        + "from \(FreshnessText.duration(milliseconds: UInt64(limit))) on"
    case .noReplicaFreshEnough(let shard):
      "no replica of shard \"\(map.text(map.shard(shard).id))\" is proven fresh enough for tenant "
        + "\"\(tenant)\", and its policy has the session refused then"
    case .primaryBudgetSpent(let shard):
      "no replica of shard \"\(map.text(map.shard(shard).id))\" will do for tenant \"\(tenant)\" now, "
        + "and its primary has taken its share of such reads"
    case .noHealthyInstance(let shard, let tried):
      "shard \"\(map.text(map.shard(shard).id))\" of tenant \"\(tenant)\" has no instance left "
        + "that may serve the session (\(tried) tried)"
    }
  }

  /// What to do about it, for a person.
  public var hint: String {
    switch self {
    case .unknownTenant: "Check the spelling, or whether the tenant has been created."
    case .tenantSuspended: "Ask whoever runs the fleet to activate the tenant again."
    case .modeRefused:
      "Try again when the mode is over, or raise the policy's degradation.deepest."
    case .paused: "Try again shortly: maintenance of the shard is under way."
    case .permissionsExpired: "Look why the sidecar can't reach the control plane."
    case .noReplicaFreshEnough: "Ask for strong or eventual, or set the policy's boundedFallback."
    case .primaryBudgetSpent:
      "Try again shortly, ask for strong, or raise the policy's primaryReadBudgetPercent."
    case .noHealthyInstance: "Try again shortly, or look at the shard's PostgreSQL servers."
    }
  }
}
