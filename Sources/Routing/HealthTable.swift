public import ShardMap

/// A place in a `HealthTable`.
///
/// It stays valid when the map changes, which an `InstanceIndex` does not: a session keeps the slot
/// it began on and ends it there, however many maps have come since.
public struct HealthSlot: Sendable, Hashable {
  @usableFromInline let rawValue: UInt32

  @usableFromInline init(_ rawValue: Int) {
    self.rawValue = UInt32(rawValue)
  }

  @usableFromInline var index: Int { Int(rawValue) }
}

/// The health of a map's instances as one worker sees it.
///
/// Each attempt is `begin`, then at most one of `recordConnected` and `recordFailure`, then `end`
/// when the session is over or the attempt was given up.
///
/// A worker owns its table and shares it with nobody: another worker may see another state of the
/// same instance for a while. Nothing here allocates except making a table and carrying it over to
/// another map.
public struct HealthTable: ~Copyable, Sendable {
  /// The thresholds in force.
  public let policy: HealthPolicy

  /// By slot: the instances of the map, and those of earlier maps whose sessions still run.
  var slots: [InstanceHealth]
  /// By `InstanceIndex` of the map.
  var slotOfInstance: [HealthSlot]
  /// By `ShardIndex` of the map: whether the shard's health is ignored.
  var isPanicking: [Bool]

  /// A table for a map of which nothing is known yet: everyone is in good health.
  public init(instanceCount: Int, shardCount: Int, policy: HealthPolicy = HealthPolicy()) {
    self.init(
      slots: Array(repeating: InstanceHealth(), count: instanceCount),
      slotOfInstance: (0..<instanceCount).map(HealthSlot.init),
      isPanicking: Array(repeating: false, count: shardCount),
      policy: policy)
  }

  init(
    slots: [InstanceHealth], slotOfInstance: [HealthSlot], isPanicking: [Bool],
    policy: HealthPolicy
  ) {
    self.slots = slots
    self.slotOfInstance = slotOfInstance
    self.isPanicking = isPanicking
    self.policy = policy
  }

  /// The slot of an instance of the current map.
  public func slot(of instance: InstanceIndex) -> HealthSlot {
    slotOfInstance[Int(instance.rawValue)]
  }

  /// What is known about the instance of a slot.
  public subscript(slot: HealthSlot) -> InstanceHealth {
    slots[slot.index]
  }

  /// Counts an attempt to connect that starts now.
  public mutating func begin(_ slot: HealthSlot) {
    slots[slot.index].begin()
  }

  /// Counts the end of a session or of an attempt that was given up: once for each `begin`.
  public mutating func end(_ slot: HealthSlot) {
    slots[slot.index].end()
  }

  /// Notes that an attempt connected; it ends cooling, trial and ejection.
  public mutating func recordConnected(
    _ slot: HealthSlot, latencyNanoseconds: UInt64, now: MonotonicTime
  ) {
    slots[slot.index].connected(latencyNanoseconds: latencyNanoseconds, at: now, policy)
  }

  /// Notes that an attempt failed: refused, reset, unreachable or timed out.
  ///
  /// An error that PostgreSQL itself answered with is no failure of the instance.
  /// - Complexity: constant; linear in the number of instances where one would be ejected.
  public mutating func recordFailure(_ slot: HealthSlot, now: MonotonicTime) {
    if slots[slot.index].failed(at: now, policy), mayEjectOneMore(at: now) {
      slots[slot.index].eject(at: now, policy)
    }
  }

  /// Whether the shard panicked when it was last resolved: too few of its replicas are healthy, so
  /// that ejections are ignored.
  public func isPanicking(_ shard: ShardIndex) -> Bool {
    isPanicking[Int(shard.rawValue)]
  }

  /// Whether a shard panics now, given how it was and how many of its replicas are healthy.
  func panics(_ shard: ShardIndex, healthy: Int, of replicas: Int) -> Bool {
    let threshold = isPanicking(shard) ? policy.panicLeavePercent : policy.panicEnterPercent
    return healthy * 100 < replicas * threshold
  }

  mutating func notePanic(_ shard: ShardIndex, _ panics: Bool) {
    isPanicking[Int(shard.rawValue)] = panics
  }

  func latency(of instance: InstanceIndex, at now: MonotonicTime) -> UInt64? {
    slots[slot(of: instance).index].latencyNanoseconds(at: now, policy)
  }

  private func mayEjectOneMore(at now: MonotonicTime) -> Bool {
    let allowed = max(1, slotOfInstance.count * policy.ejectedMaximumPercent / 100)
    var ejected = 0
    for slot in slotOfInstance where slots[slot.index].isEjected(at: now) { ejected += 1 }
    return ejected < allowed
  }
}
