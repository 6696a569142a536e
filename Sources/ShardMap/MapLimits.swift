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

  /// Most routers of one pool that a map names.
  public static let routersPerPool = 500

  /// Most addresses of one pool: an address stands for a load balancer or a router.
  public static let addressesPerPool = 200

  /// Longest cause of a shard's mode, in bytes.
  public static let modeCauseBytes = 200

  /// When a mode may end, in milliseconds since 1970: as far as a tenant's record can say it in whole
  /// seconds, which is until 2106.
  public static let modeEndMilliseconds: ClosedRange<UInt64> = 1000...UInt64(UInt32.max) * 1000

  /// Connections, transactions or attempts that an envelope may set.
  public static let envelopeCount: ClosedRange<UInt32> = 1...1_000_000_000

  /// Bytes a second that an envelope may set: up to a terabyte.
  public static let envelopeBytes: ClosedRange<UInt64> = 1...1_000_000_000_000

  /// How long an envelope may let work wait, in milliseconds: up to five minutes.
  public static let maxDelayMilliseconds: ClosedRange<UInt32> = 0...300_000

  /// Weights of an envelope.
  public static let envelopeWeight: ClosedRange<UInt16> = 1...1000

  /// Times of a policy's rules for hot tenants, in milliseconds: up to a day.
  public static let hotTenantMilliseconds: ClosedRange<UInt32> = 1...86_400_000

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
