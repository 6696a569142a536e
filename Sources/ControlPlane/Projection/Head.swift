public import ShardMap

/// Where the log and the map stand: one row, written by each transaction that has events.
public struct Head: Hashable, Sendable {
  /// The last event's place: the map's version. 0 for an empty log.
  public let sequence: Int64
  /// When the last event was committed.
  public let committed: Timestamp
  /// The map's root.
  public let root: MapRoot
  /// Resources in the map.
  public let count: Int64
  /// The log's last link.
  public let hash: ChainHash

  /// The map's version, as seals and headers have it.
  public var mapVersion: UInt64 { UInt64(sequence) }
}
