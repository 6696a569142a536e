public import ShardMap

/// How a tenant stands on one router, over the last second.
public struct TenantStanding: Sendable, Hashable {
  /// The tenant.
  public var tenant: [UInt8]
  /// The shard that it is on; nil where the map has it no more.
  public var shard: ShardIndex?
  /// Transactions that ended, per second.
  public var transactionsPerSecond: Double = 0
  /// Bytes both ways, per second.
  public var bytesPerSecond: Double = 0
  /// Servers that were at work for it at a time, on average; over the last half second.
  public var busyServers: Double = 0
  /// Its part of the server time that its shard gave through this router, 0...1; over the last half second.
  public var shardShare: Double = 0
  /// What 95 % of its transactions took at most, in nanoseconds; nil where there were too few.
  public var p95Nanoseconds: UInt64?

  /// The standing of a tenant that does nothing.
  public init(tenant: [UInt8], shard: ShardIndex?) {
    self.tenant = tenant
    self.shard = shard
  }
}

/// What all tenants of a router did, over the last second.
public struct TenantTotals: Sendable, Hashable {
  /// Transactions that ended, per second.
  public var transactionsPerSecond: Double = 0
  /// Bytes both ways, per second.
  public var bytesPerSecond: Double = 0
  /// Servers that were at work at a time, on average.
  public var busyServers: Double = 0
  /// About how many tenants ended a transaction in the last whole minute; in the first minute, since it began.
  public var distinctTenants = 0

  /// Nothing.
  public init() {}
}
