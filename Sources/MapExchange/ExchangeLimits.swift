/// Every limit of what is received. Nothing larger is decoded, whoever signed it.
public struct ExchangeLimits: Hashable, Sendable {
  /// Most bytes of a snapshot as it travels. A snapshot is read as a stream: this bounds time, not
  /// memory.
  public var snapshotCompressedBytes = 8 << 30
  /// Most bytes that a snapshot may expand to; 100 million tenants take 16 GB.
  public var snapshotExpandedBytes = 32 << 30
  /// Most records of a snapshot: what ``ShardMap/MapLimits`` allows, all kinds together.
  public var snapshotRecords = 101_000_000
  /// Most bytes of a delta as it travels.
  public var deltaCompressedBytes = 32 << 20
  /// Most bytes that a delta may expand to. A delta is decoded in memory.
  public var deltaExpandedBytes = 64 << 20
  /// Most upserts and removes of one delta together. Who is further behind takes a snapshot.
  public var deltaChanges = 200_000
  /// Longest record or header, in bytes, without its line end. The largest known record is a shard
  /// with 500 replicas and takes 33 KiB.
  public var lineBytes = 64 << 10

  /// The limits that sidecars use.
  public static let standard = ExchangeLimits()

  /// The standard limits, to be narrowed field by field.
  public init() {}

  /// Most levels of lists and objects in a record.
  public static let depth = 8
  /// Most signatures of a seal: one for each key that may be trusted, twice over.
  public static let signatures = 4
  /// Most features that a seal may require.
  public static let requiredFeatures = 16
  /// Most keys that a receiver may trust at once: the one in use and its successor.
  public static let trustedKeys = 2
  /// Binary logarithm of the largest window a compressed stream may ask for: 8 MiB.
  static let windowLog: Int32 = 23
}
