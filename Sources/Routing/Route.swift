public import ShardMap

/// Where a session or a transaction goes, and why.
public struct Route: Sendable, Hashable {
  /// The tenant that was asked for.
  public let tenant: TenantIndex
  /// The shard that owns the tenant.
  public let shard: ShardIndex
  /// The instance to connect to; an index of the map that was resolved with.
  public let instance: InstanceIndex
  /// The instance's place in the health table; it outlives the map.
  public let slot: HealthSlot
  /// The consistency in force: what the session asked for, or else the tier of the tenant's policy,
  /// as the mode in force has it.
  public let tier: Consistency
  /// What the session asked for; nil where it left that to the policy.
  public let tierAsked: Consistency?
  /// Why this instance.
  public let reason: RouteReason
  /// The tenant's generation, and the epoch of its shard: a session whose tenant or shard has
  /// another one in a newer map is where it doesn't belong any more.
  public let generation: UInt64
  /// See ``generation``.
  public let epoch: UInt64
  /// How the data stands that led here; ``Freshness/stale`` or worse is told as `stale-map`.
  public let freshness: Freshness
  /// What of the tenant's envelope is in force.
  public let envelope: EnvelopeUse
  /// What is taken away, and by whom.
  public let mode: ModeInForce
  /// How far a read on the replica may lag behind its primary at most, when the route was found, in
  /// nanoseconds; nil for a primary, and where nothing is proven.
  public let provenLagNanoseconds: UInt64?
  /// How old the sample was that proves it, in nanoseconds; nil without one.
  public let sampleAgeNanoseconds: UInt64?
  /// What an instance that was looked at says against the map: reason to ask for a newer one.
  public let evidence: RouteEvidence?

  /// The stable text of the mark that a route by a stale map bears.
  public static let staleMark = "stale-map"

  /// Whether the map is older than the TTL of its class `routing`.
  public var isStale: Bool { freshness != .fresh }
}

/// Why an instance was chosen.
public enum RouteReason: Int, Sendable, Hashable, CaseIterable {
  /// The tier is `strong`, which only the primary serves.
  case primary
  /// The best replica of the router's zone.
  case sameZone
  /// The best replica of the router's region; none in its zone would do.
  case sameRegion
  /// The best replica elsewhere; none in the router's region would do.
  case otherRegion
  /// The shard has one replica.
  case onlyCandidate
  /// Too few of the shard's replicas are healthy: ejections were ignored.
  case panic
  /// No replica can serve now: the primary stands in.
  case primaryFallback
  /// Everything else was tried or is worse: an instance that failed lately.
  case lastResort
  /// The work wants a replica that is not too far behind, and of none is it known how far: the
  /// primary serves.
  case lagUnknown
  /// All replicas are, or may be, further behind than the tier's bound: the primary serves.
  case lagExceeded
  /// No replica is proven to have replayed what the session knows of: the primary serves.
  case floorNotReached

  /// The stable text, for logs, metrics and tools.
  public var name: String {
    switch self {
    case .primary: "primary"
    case .sameZone: "same-zone"
    case .sameRegion: "same-region"
    case .otherRegion: "other-region"
    case .onlyCandidate: "only-candidate"
    case .panic: "panic"
    case .primaryFallback: "primary-fallback"
    case .lastResort: "last-resort"
    case .lagUnknown: "lag-unknown"
    case .lagExceeded: "lag-exceeded"
    case .floorNotReached: "floor-not-reached"
    }
  }
}

/// Why a session or a transaction goes nowhere.
public enum RouteRefusal: Error, Sendable, Hashable {
  /// The map has no such tenant.
  case unknownTenant
  /// The tenant is suspended: no new sessions.
  case tenantSuspended(TenantIndex)
  /// The shard, or the tenant on it, is paused: nothing new for now.
  case paused(ShardIndex, ModeInForce)
  /// The tenant's policy doesn't put up with the mode in force.
  case modeRefused(TenantIndex, ModeInForce)
  /// What the tenant may do at all was confirmed too long ago; the limit is in milliseconds.
  case permissionsExpired(TenantIndex, age: MapAge, limitMilliseconds: UInt32)
  /// No replica is proven to be as fresh as the tier wants, and the policy has it refused then.
  case noReplicaFreshEnough(ShardIndex)
  /// No replica will do, and the primary has lately taken as many such reads as it may.
  case primaryBudgetSpent(ShardIndex)
  /// Every instance that the tier allows has been tried in vain.
  case noHealthyInstance(ShardIndex, tried: Int)

  /// Why, without of whom.
  public var reason: RefusalReason {
    switch self {
    case .unknownTenant: .unknownTenant
    case .tenantSuspended: .tenantSuspended
    case .paused(_, let mode): mode.cause == .mapTenant ? .tenantPaused : .shardPaused
    case .modeRefused: .modeRefused
    case .permissionsExpired: .permissionsExpired
    case .noReplicaFreshEnough: .noReplicaFreshEnough
    case .primaryBudgetSpent: .primaryBudgetSpent
    case .noHealthyInstance: .noHealthyInstance
    }
  }

  /// The stable text, for logs, metrics and tools.
  public var name: String { reason.name }
}

/// Why a session or a transaction goes nowhere, whoever's it is: see ``RouteRefusal``.
public enum RefusalReason: Int, Sendable, Hashable, CaseIterable {
  case unknownTenant, tenantSuspended, tenantPaused, shardPaused, modeRefused
  case permissionsExpired, noReplicaFreshEnough, primaryBudgetSpent, noHealthyInstance

  /// The stable text, for logs, metrics and tools.
  public var name: String {
    switch self {
    case .unknownTenant: "unknown-tenant"
    case .tenantSuspended: "tenant-suspended"
    case .tenantPaused: "tenant-paused"
    case .shardPaused: "shard-paused"
    case .modeRefused: "mode-refused"
    case .permissionsExpired: "permissions-expired"
    case .noReplicaFreshEnough: "no-replica-fresh-enough"
    case .primaryBudgetSpent: "primary-budget-spent"
    case .noHealthyInstance: "no-healthy-instance"
    }
  }
}
