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
  public var policy: HealthPolicy { thresholds.policy }
  /// Behind a reference, so that the table itself is a few words: it is handed on many times in a
  /// decision.
  let thresholds: Thresholds

  /// By slot: the instances of the map, and those of earlier maps whose sessions still run.
  var slots: [InstanceHealth]
  /// By `InstanceIndex` of the map.
  var slotOfInstance: [HealthSlot]
  /// By `ShardIndex` of the map.
  var shards: [ShardHealth]
  /// How often an instance has turned healthy or unhealthy, from 1 on: what was found at an earlier
  /// turn may be so no more.
  private(set) var turns: UInt64
  /// How many instances of the map count as absent: nothing is looked at while none does.
  public internal(set) var absentCount = 0

  /// A table for a map of which nothing is known yet: everyone is in good health.
  public init(instanceCount: Int, shardCount: Int, policy: HealthPolicy = HealthPolicy()) {
    self.init(
      slots: Array(repeating: InstanceHealth(), count: instanceCount),
      slotOfInstance: (0..<instanceCount).map(HealthSlot.init),
      shards: Array(repeating: ShardHealth(), count: shardCount), thresholds: Thresholds(policy))
  }

  init(
    slots: [InstanceHealth], slotOfInstance: [HealthSlot], shards: [ShardHealth],
    turns: UInt64 = 1, thresholds: Thresholds
  ) {
    self.slots = slots
    self.slotOfInstance = slotOfInstance
    self.shards = shards
    self.turns = turns
    self.thresholds = thresholds
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
    let wasHealthy = slots[slot.index].isHealthy(policy)
    slots[slot.index].connected(latencyNanoseconds: latencyNanoseconds, at: now, policy)
    if !wasHealthy { turns += 1 }
  }

  /// Notes that an attempt failed: refused, reset, unreachable or timed out.
  ///
  /// An error that PostgreSQL itself answered with is no failure of the instance.
  ///
  /// - Complexity: linear in the number of instances.
  public mutating func recordFailure(_ slot: HealthSlot, now: MonotonicTime) {
    let wasHealthy = slots[slot.index].isHealthy(policy)
    if slots[slot.index].failed(at: now, policy), mayEjectOneMore(at: now) {
      slots[slot.index].eject(at: now, policy)
    }
    if wasHealthy, !slots[slot.index].isHealthy(policy) { turns += 1 }
    recordSilence(slot, now: now)
  }

  /// Notes that an instance took a connection and did not answer as servers do that are ready.
  ///
  /// - Complexity: linear in the number of instances.
  public mutating func recordSilence(_ slot: HealthSlot, now: MonotonicTime) {
    // What is on the way when the map changes may be of one that is gone from it.
    guard slotOfInstance.contains(slot) else { return }
    if slots[slot.index].absence.failed(at: now) { absentCount += 1 }
  }

  /// Notes that an instance has answered as servers do that are ready: a login has succeeded there,
  /// or a probe.
  public mutating func recordAnswer(_ slot: HealthSlot) {
    if slots[slot.index].absence.answered() { absentCount -= 1 }
  }

  /// Forgets evidence of absence that nobody has confirmed for too long.
  ///
  /// - Complexity: linear in the number of instances, unless none counts as absent.
  public mutating func forgetOldEvidence(at now: MonotonicTime) {
    guard absentCount > 0 else { return }
    for index in slots.indices where slots[index].absence.forget(at: now) { absentCount -= 1 }
  }

  /// Whether an instance of the map counts as absent.
  public func isAbsent(_ instance: InstanceIndex, at now: MonotonicTime) -> Bool {
    guard absentCount > 0 else { return false }
    let absence = slots[slot(of: instance).index].absence
    return absence.since != nil && now < absence.expires
  }

  /// Whether the shard panicked when it was last resolved: too few of its replicas are healthy, so
  /// that ejections are ignored.
  public func isPanicking(_ shard: ShardIndex) -> Bool {
    shards[Int(shard.rawValue)].isPanicking
  }

  /// What of the shard's budget of reads on its primary is used, as this worker has counted.
  public func spill(of shard: ShardIndex) -> SpillBudget {
    shards[Int(shard.rawValue)].spill
  }

  /// Whether a shard panics now, and whether that has to be noted. Its replicas are counted only
  /// when some instance of the table has turned since it was noted last.
  func panics(
    _ shard: ShardIndex, _ shelf: Shelf, in catalog: borrowing RouteCatalog
  ) -> (isPanicking: Bool, isNews: Bool) {
    let known = shards[Int(shard.rawValue)]
    if known.notedAtTurn == turns { return (known.isPanicking, false) }
    var healthy = 0
    for place in 0..<shelf.count {
      let slot = slot(of: catalog.replica(shelf.start + place))
      if slots[slot.index].isHealthy(policy) { healthy += 1 }
    }
    let threshold = known.isPanicking ? policy.panicLeavePercent : policy.panicEnterPercent
    return (healthy * 100 < shelf.count * threshold, true)
  }

  mutating func notePanic(_ shard: ShardIndex, _ panics: Bool) {
    shards[Int(shard.rawValue)].isPanicking = panics
    shards[Int(shard.rawValue)].notedAtTurn = turns
  }

  /// Notes that a read found an instance fresh enough, or too far behind.
  mutating func noteLag(_ slot: HealthSlot, isFit: Bool, now: MonotonicTime) {
    slots[slot.index].noteLag(
      isFit: isFit, at: now, rampUpAfter: thresholds.policy.rampUpAfterNanoseconds)
  }

  /// Counts a read against the shard's budget.
  mutating func noteRead(of shard: ShardIndex, spilled: Bool, now: MonotonicTime) {
    shards[Int(shard.rawValue)].spill.count(spilled: spilled, at: now)
  }

  /// Whether one instance answers faster than another.
  func isFaster(_ one: HealthSlot, than other: HealthSlot, at now: MonotonicTime) -> Bool {
    slots[one.index].isFaster(
      than: slots[other.index], at: now, memory: thresholds.policy.latencyHalvingNanoseconds)
  }

  /// How much of its full share an instance takes now, as nanoseconds of its ramp.
  func weight(of slot: HealthSlot, at now: MonotonicTime) -> UInt64 {
    slots[slot.index].weight(at: now, rampUp: thresholds.policy.rampUpNanoseconds)
  }

  func latency(of slot: HealthSlot, at now: MonotonicTime) -> UInt64? {
    slots[slot.index].latencyNanoseconds(at: now, policy)
  }

  private func mayEjectOneMore(at now: MonotonicTime) -> Bool {
    let allowed = max(1, slotOfInstance.count * policy.ejectedMaximumPercent / 100)
    var ejected = 0
    for slot in slotOfInstance where slots[slot.index].isEjected(at: now) { ejected += 1 }
    return ejected < allowed
  }
}

/// A policy that a table and those it is carried to share.
final class Thresholds: Sendable {
  let policy: HealthPolicy

  init(_ policy: HealthPolicy) { self.policy = policy }
}
