public import ShardMap

/// Where a session goes, and why.
public struct Route: Sendable, Hashable {
  /// The tenant that was asked for.
  public let tenant: TenantIndex
  /// The shard that owns the tenant.
  public let shard: ShardIndex
  /// The instance to connect to; an index of the map that was resolved with.
  public let instance: InstanceIndex
  /// The instance's place in the health table; it outlives the map.
  public let slot: HealthSlot
  /// The consistency tier in force: the session's, or else that of the tenant's policy.
  public let tier: ConsistencyTier
  /// Why this instance.
  public let reason: RouteReason
}

/// Why an instance was chosen.
public enum RouteReason: UInt8, Sendable, Hashable, CaseIterable {
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
    }
  }
}

/// Why a session goes nowhere.
public enum RouteRefusal: Error, Sendable, Hashable {
  /// The map has no such tenant.
  case unknownTenant
  /// The tenant is suspended: no new sessions.
  case tenantSuspended(TenantIndex)
  /// The shard is paused: no new sessions for now.
  case shardPaused(ShardIndex)
  /// Every instance that the tier allows has been tried in vain.
  case noHealthyInstance(ShardIndex, tried: Int)

  /// The stable text, for logs, metrics and tools.
  public var name: String {
    switch self {
    case .unknownTenant: "unknown-tenant"
    case .tenantSuspended: "tenant-suspended"
    case .shardPaused: "shard-paused"
    case .noHealthyInstance: "no-healthy-instance"
    }
  }
}
