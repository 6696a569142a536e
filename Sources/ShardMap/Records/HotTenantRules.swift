/// When a tenant of a policy counts as hot, and what is done about it then.
///
/// It is hot when every trigger that is set has held for ``sustainedMilliseconds``.
public struct HotTenantRules: Hashable, Sendable {
  /// Trigger: its share of the server time that its shard gives, in percent, 1...100; nil is none.
  public var shardTimePercent: UInt8?
  /// Trigger: the p95 of its transactions, in milliseconds; nil is none.
  public var p95Milliseconds: UInt32?
  /// How long the triggers must hold, in milliseconds.
  public var sustainedMilliseconds: UInt32
  /// How long they must not hold before a step is undone, in milliseconds; also the time from one step
  /// to the next.
  public var coolDownMilliseconds: UInt32
  /// First step: the transactions a second that are left to it, in percent of what it had, 1...100; 100
  /// leaves the step out.
  public var tightenPercent: UInt8
  /// Second step: the pool that its new sessions go to; nil leaves the step out.
  public var quarantinePool: PoolIndex?
  /// Third step: whether the control plane is asked to move it.
  public var requestsMove: Bool

  /// Rules from their parts; nothing is checked.
  public init(
    shardTimePercent: UInt8? = nil, p95Milliseconds: UInt32? = nil,
    sustainedMilliseconds: UInt32 = 2000, coolDownMilliseconds: UInt32 = 30_000,
    tightenPercent: UInt8 = 50, quarantinePool: PoolIndex? = nil, requestsMove: Bool = true
  ) {
    self.shardTimePercent = shardTimePercent
    self.p95Milliseconds = p95Milliseconds
    self.sustainedMilliseconds = sustainedMilliseconds
    self.coolDownMilliseconds = coolDownMilliseconds
    self.tightenPercent = tightenPercent
    self.quarantinePool = quarantinePool
    self.requestsMove = requestsMove
  }

  /// Whether anything makes a tenant hot.
  public var hasTrigger: Bool { shardTimePercent != nil || p95Milliseconds != nil }
}
