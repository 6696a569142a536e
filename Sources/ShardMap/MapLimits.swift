/// Every limit of a shard map. The compiler refuses a map that is over one, and opening a file does
/// too.
public enum MapLimits {
  /// Longest identifier of any kind, in bytes: PostgreSQL's `NAMEDATALEN` − 1, so that an id can
  /// name a database.
  public static let identifierBytes = 63

  /// Most tenants of one map. Ten times the largest fleet that is measured.
  public static let tenants = 100_000_000

  /// Most shards of one map.
  public static let shards = 100_000

  /// Most instances of one map.
  public static let instances = 500_000

  /// Most replicas of one shard: far above what one primary feeds, cascades included, and such a
  /// shard's record is still a line that travels.
  public static let replicasPerShard = 500

  /// Most regions of one map.
  public static let regions = 1_000

  /// Most zones of one map.
  public static let zones = 10_000

  /// Most policies of one map.
  public static let policies = 10_000

  /// Most pools of one map.
  public static let pools = 10_000

  /// Most slots that a look-up may visit. A table laid with an unlucky seed is laid again with the
  /// next one.
  public static let longestProbe = 1_024

  /// Seeds tried before the compiler gives up. The first one serves unless the ids are made to
  /// collide.
  public static let seedAttempts = 16

  /// Most bytes of tenant names that don't fit their records: a record addresses them with 32 bits.
  public static let tenantStringBytes = Int(UInt32.max)

  /// TTLs and ends of use that a policy may set, in milliseconds: from the interval in which a
  /// router asks at most once for a refresh, to 30 days.
  public static let ageMilliseconds: ClosedRange<UInt32> = 100...2_592_000_000

  /// Longest map document, in bytes. A fleet that needs more is compiled from a stream, not from
  /// JSON.
  public static let documentBytes = 2 << 30
}
