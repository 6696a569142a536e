public import ShardMap

/// A decision, told: every instance of the shard, and why it was taken or left.
public struct RouteExplanation: Sendable {
  /// The route, or why there is none.
  public let outcome: Result<Route, RouteRefusal>
  /// The tier in force; nil where the decision ended before it mattered.
  public let tier: Consistency?
  /// What the session asked for; nil where it left that to the policy, and where the decision ended
  /// before it mattered.
  public let tierAsked: Consistency?
  /// What is taken away; nil where the decision ended before it mattered.
  public let mode: ModeInForce?
  /// The tenant's shard; nil where the decision ended before it mattered.
  public let shard: ShardIndex?
  /// Whether ejections were ignored because too few replicas are healthy.
  public let isPanicking: Bool
  /// How the data stands that says where the tenant is; nil where the decision ended before it
  /// mattered.
  public let freshness: Freshness?
  /// What of the tenant's envelope is in force; nil where the decision ended before it mattered.
  public let envelope: EnvelopeUse?
  /// The primary first, then the replicas in the map's order; empty where the decision ended
  /// before it looked at instances.
  public let candidates: [CandidateVerdict]

  /// A decision that ended at the tenant or the shard.
  init(outcome: Result<Route, RouteRefusal>) {
    self.outcome = outcome
    switch outcome {
    case .failure(.paused(_, let mode)), .failure(.modeRefused(_, let mode)): self.mode = mode
    case .success, .failure: mode = nil
    }
    tier = nil
    tierAsked = nil
    shard = nil
    isPanicking = false
    freshness = nil
    envelope = nil
    candidates = []
  }

  init<Samples: SampleSource & ~Copyable>(
    _ target: borrowing Target, _ selection: borrowing Selection,
    tried: borrowing TriedInstances, location: RouterLocation, map: CompiledMap,
    samples: borrowing Samples, health: borrowing HealthTable
  ) {
    do throws(RouteRefusal) {
      outcome = .success(
        try selection.route(for: target, tried: tried, samples: samples, health: health))
    } catch {
      outcome = .failure(error)
    }
    tier = target.tier
    tierAsked = target.tierAsked
    mode = target.mode
    shard = target.shard
    freshness = target.freshness
    envelope = target.envelope
    isPanicking = selection.search.isPanicking
    candidates = selection.verdicts(
      for: target, tried: tried, location: location, map: map, health: health, samples: samples)
  }
}

/// One instance in a decision.
public struct CandidateVerdict: Sendable {
  /// The instance; an index of the map that was resolved with.
  public let instance: InstanceIndex
  /// Whether it is the shard's primary or one of its replicas.
  public let role: InstanceRole
  /// How far it is from the router.
  public let distance: Distance
  /// Its health, as the deciding worker saw it.
  public let health: InstanceHealth
  /// How much of its full share it takes: less than 100 while it ramps up.
  public let weightPercent: Int
  /// How far a read on the replica may lag behind its primary at most, in nanoseconds; nil for a
  /// primary, and where nothing is proven.
  public let provenLagNanoseconds: UInt64?
  /// How old its sample is, in nanoseconds; nil without one.
  public let sampleAgeNanoseconds: UInt64?
  /// What it says against the map.
  public let evidence: RouteEvidence?
  /// Whether it was taken, and why or why not.
  public let verdict: Verdict
}

/// What an instance is to its shard.
public enum InstanceRole: Sendable, Hashable {
  /// It takes the writes.
  case primary
  /// It follows the primary.
  case replica

  /// The stable text: `primary`, `replica`.
  public var name: String {
    switch self {
    case .primary: "primary"
    case .replica: "replica"
    }
  }
}

/// What became of a candidate.
public enum Verdict: Sendable, Hashable {
  /// Taken.
  case taken(RouteReason)
  /// Left for another.
  case left(RejectionReason)

  /// The stable text of the reason.
  public var reasonName: String {
    switch self {
    case .taken(let reason): reason.name
    case .left(let reason): reason.name
    }
  }
}

/// Why a candidate was not taken.
public enum RejectionReason: Sendable, Hashable, CaseIterable {
  /// The tier is `strong`, which replicas don't serve.
  case tierNeedsPrimary
  /// A primary that was not needed: a replica serves.
  case replicaPreferred
  /// This session has tried it in vain.
  case alreadyTried
  /// It failed too often and is left alone for a while.
  case ejected
  /// It failed a moment ago, or another session is just trying whether it is back.
  case cooling
  /// Another one is nearer.
  case fartherAway
  /// In another region, and slower than the fastest there by more than the latency window.
  case slowerRegion
  /// As near as the one taken, but not one of the two that were drawn.
  case notDrawn
  /// Drawn, with more in flight than the other.
  case moreInFlight
  /// Drawn, with as much in flight as the other and a higher latency.
  case higherLatency
  /// Drawn second, and no better than the first.
  case drawnSecond
  /// Drawn, and still growing to its full share.
  case rampingUp
  /// The session has used up its attempts.
  case attemptsExhausted
  /// A replica of which it isn't known how far it is behind.
  case lagUnknown
  /// A replica that is, or may be, further behind than the tier's bound.
  case lagExceeded
  /// A replica that isn't proven to have replayed what the session knows of.
  case behindFloor
  /// A replica by the map that says it takes writes: its log is another one than the primary's.
  case claimsPrimary
  /// The primary, which the policy doesn't let stand in for a replica that is fresh enough.
  case policyRefuses
  /// The primary, which has lately taken as many reads in place of replicas as it may.
  case budgetSpent

  /// The stable text, for logs and tools.
  public var name: String {
    switch self {
    case .tierNeedsPrimary: "tier-needs-primary"
    case .replicaPreferred: "replica-preferred"
    case .alreadyTried: "already-tried"
    case .ejected: "ejected"
    case .cooling: "cooling"
    case .fartherAway: "farther-away"
    case .slowerRegion: "slower-region"
    case .notDrawn: "not-drawn"
    case .moreInFlight: "more-in-flight"
    case .higherLatency: "higher-latency"
    case .drawnSecond: "drawn-second"
    case .attemptsExhausted: "attempts-exhausted"
    case .rampingUp: "ramping-up"
    case .lagUnknown: "lag-unproven"
    case .lagExceeded: "lag-over-bound"
    case .behindFloor: "behind-floor"
    case .claimsPrimary: "claims-primary"
    case .policyRefuses: "policy-refuses"
    case .budgetSpent: "budget-spent"
    }
  }
}
