public import ShardMap

/// What a sidecar has counted since it began.
public struct SyncCounts: Hashable, Sendable {
  /// Requests for deltas and snapshots.
  public var requests: UInt64 = 0
  /// Requests without a usable answer.
  public var failures: UInt64 = 0
  /// Answers that were refused.
  public var refusals: UInt64 = 0
  /// Events that came.
  public var eventsSeen: UInt64 = 0
  /// Events that didn't, by the gaps in their numbers.
  public var eventsMissed: UInt64 = 0

  /// Nothing counted yet.
  public init() {}
}

/// How a sidecar stands, for people and the control plane.
public struct SyncStatus: Hashable, Sendable {
  /// The map in use.
  public var published: MapEdition?
  /// The map whose records are at hand.
  public var stored: MapEdition?
  /// When the map in use was last confirmed.
  public var confirmed: FreshnessClock?
  /// How it stands with the control plane.
  public var condition: SidecarCondition
  /// The last error, also when it is over.
  public var lastError: SyncRefusal?
  /// When that was.
  public var lastErrorAt: FreshnessClock?
  /// The refusal that is in force, if one is.
  public var refusal: SyncRefusal?
  /// The place of the control plane that is in use, or is tried next.
  public var controlPlane: Int
  /// When the next steady request is sent at the latest, in nanoseconds of the boot clock.
  public var nextAttempt: Int64
  /// What was counted.
  public var counts: SyncCounts
}

extension SyncMachine {
  /// How it stands now.
  public var status: SyncStatus {
    SyncStatus(
      published: published, stored: stored, confirmed: confirmed, condition: condition,
      lastError: lastError, lastErrorAt: lastErrorAt,
      refusal: condition == .refusing ? errorInForce : nil, controlPlane: controlPlane,
      nextAttempt: nextSteady, counts: counts)
  }
}
