public import ShardMap

/// What was done in some time.
public struct WorkAmounts: BitwiseCopyable, Hashable, Sendable {
  /// Transactions that ended.
  public var transactions: UInt64 = 0
  /// Bytes both ways.
  public var bytes: UInt64 = 0
  /// Time for which transactions had a server, in nanoseconds: each counts by itself, so a second may have many.
  public var serverNanoseconds: UInt64 = 0

  /// Nothing.
  public init() {}

  /// Amounts from their parts.
  public init(transactions: UInt64, bytes: UInt64, serverNanoseconds: UInt64) {
    self.transactions = transactions
    self.bytes = bytes
    self.serverNanoseconds = serverNanoseconds
  }

  /// Both together.
  public static func + (one: WorkAmounts, other: WorkAmounts) -> WorkAmounts {
    WorkAmounts(
      transactions: one.transactions &+ other.transactions, bytes: one.bytes &+ other.bytes,
      serverNanoseconds: one.serverNanoseconds &+ other.serverNanoseconds)
  }

  /// Both together.
  public static func += (one: inout WorkAmounts, other: WorkAmounts) { one = one + other }
}

/// What one tenant took in one window of one worker.
public struct TenantMeasure: Sendable {
  /// The tenant.
  public var tenant: [UInt8]
  /// The shard that it is on; nil where the map has it no more.
  public var shard: ShardIndex?
  /// What it took, exactly.
  public var amounts: WorkAmounts
  /// How long its transactions took, from when they asked for a server; those that ended before it was among the
  /// heaviest are not counted.
  public var latencies: LatencyCounts

  /// A measure from its parts.
  public init(
    tenant: [UInt8], shard: ShardIndex?, amounts: WorkAmounts, latencies: LatencyCounts
  ) {
    self.tenant = tenant
    self.shard = shard
    self.amounts = amounts
    self.latencies = latencies
  }
}

/// What all tenants of one shard took in one window of one worker.
public struct ShardMeasure: Hashable, Sendable {
  /// The shard.
  public var shard: ShardIndex
  /// What they took, exactly.
  public var amounts: WorkAmounts

  /// A measure from its parts.
  public init(shard: ShardIndex, amounts: WorkAmounts) {
    self.shard = shard
    self.amounts = amounts
  }
}

/// What one worker saw in one window.
public struct TenantWindow: Sendable {
  /// Windows are cut at the same moments by all workers: at whole multiples of this.
  public static let nanoseconds: UInt64 = 250_000_000

  /// When it ended, in windows since the clock's origin.
  public var number: UInt64
  /// The heaviest tenants, in no order.
  public var tenants: [TenantMeasure] = []
  /// Every shard that anything was done at.
  public var shards: [ShardMeasure] = []
  /// The tenants that ended a transaction.
  public var distinct = DistinctCount()

  /// A window in which nothing happened.
  public init(number: UInt64) { self.number = number }
}
