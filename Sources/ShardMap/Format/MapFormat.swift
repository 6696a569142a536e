/// The compiled file, byte by byte. All integers are little-endian.
///
/// ```
/// header             192 bytes, with a checksum of itself
/// catalog            what is small: checked whole when a file is opened
///   regions zones instances shards replicas policies
///   pools, their routers and their addresses, catalog strings
/// tenants            what is large: touched by look-ups only
///   tags             a byte a slot, 0 for an empty one; 8 zero bytes behind the last
///   records          64 bytes a slot: one cache line
///   strings          the names that don't fit their record, and room for more
/// checksums          one for each 64 KiB of the tenants, so that a patch computes few of them
/// ```
/// Sections stand one behind the other on multiples of 64 bytes. Their places follow from the
/// counts in the header, so that no file can make two of them overlap or reach past the end.
enum MapFormat {
  /// `\r\n` and `0x1a` show a file that went through a text conversion.
  static let magic: UInt64 = 0x1a0a_0d50_414d_5753  // "SWMAP\r\n\x1a"
  static let version: UInt32 = 4
  static let alignment = 64

  enum Header {
    static let magic = 0
    static let version = 8
    static let longestProbe = 12
    static let fileBytes = 16
    static let mapVersion = 24
    static let issuedAt = 32
    static let hashSeed = 40
    static let regions = 48
    static let zones = 52
    static let instances = 56
    static let shards = 60
    static let replicas = 64
    static let policies = 68
    static let pools = 72
    static let catalogStringBytes = 76
    static let homes = 80
    static let tenants = 84
    static let tenantStringBytes = 88
    static let catalogChecksum = 96
    static let tenantsChecksum = 104
    static let root = 112
    static let tailSlots = 144
    static let usedTenantStringBytes = 152
    static let poolRouters = 160
    static let poolAddresses = 164
    static let reserved = 168
    static let checksum = 184
    static let byteCount = 192
  }

  /// Where a name lies in the catalog strings. The first five bytes of most catalog records are their
  /// id's.
  enum Name {
    static let offset = 0
    static let count = 4
  }

  enum Region {
    static let byteCount = 8
  }

  enum Zone {
    static let region = 6
    static let byteCount = 8
  }

  enum Instance {
    static let family = 5
    static let port = 6
    static let zone = 8
    static let addressHigh = 16
    static let addressLow = 24
    static let byteCount = 32
  }

  enum Shard {
    static let mode = 5
    static let replicaCount = 6
    static let epoch = 8
    static let primary = 16
    static let firstReplica = 20
    /// When the mode ends, in milliseconds since 1970; 0 for no end.
    static let modeEnd = 24
    /// As a name; of no bytes where nobody said why.
    static let cause = 32
    static let byteCount = 40
  }

  enum Replica {
    static let byteCount = 4
  }

  enum Policy {
    static let tier = 5
    static let boundedFallback = 6
    static let readTier = 7
    /// Of `bounded`, in milliseconds; 0 for other tiers.
    static let tierBound = 8
    static let readTierBound = 12
    static let pooling = 16
    static let primaryReadBudget = 17
    /// A TTL and an end of use for each class, in the order of their raw values.
    static let freshness = 24
    static let boundBytes = 8
    static let envelope = 48
    static let deepest = 91
    static let relaxedBound = 92
    static let hotTenant = 96
    /// As a name; of no bytes where there is none.
    static let label = 116
    static let byteCount = 124
    /// A read tier or pooling that the policy doesn't set.
    static let absent: UInt8 = 0xff
  }

  /// Where a policy's record has its envelope. A limit of 0 is none.
  enum Envelope {
    static let transactionsPerSecond = 0
    static let burst = 4
    static let clientConnections = 8
    static let connectionAttemptsPerSecond = 12
    static let serverConnections = 16
    static let maxDelay = 20
    static let bytesIn = 24
    static let bytesOut = 32
    static let weight = 40
    static let priority = 42
  }

  /// Where a policy's record has its rules for hot tenants: zeros where it has none.
  enum HotTenant {
    static let flags = 0
    /// 0 for no such trigger.
    static let shardTimePercent = 1
    static let tightenPercent = 2
    /// 0 for no such trigger.
    static let p95 = 4
    static let sustained = 8
    static let coolDown = 12
    static let quarantinePool = 16
    static let byteCount = 18

    static let present: UInt8 = 1
    static let requestsMove: UInt8 = 2
    static let quarantines: UInt8 = 4
  }

  enum Pool {
    static let flags = 5
    static let dedicated: UInt8 = 1
    static let foreign = 6
    static let addressCount = 7
    static let routersPerTenant = 8
    static let routerCount = 10
    static let firstRouter = 12
    static let firstAddress = 16
    static let byteCount = 20
  }

  /// A name, as every catalog record begins.
  enum PoolRouter {
    static let byteCount = 8
  }

  enum PoolAddress {
    static let family = 0
    static let port = 2
    static let addressHigh = 8
    static let addressLow = 16
    static let byteCount = 24
  }

  /// A tenant's names lie in its record when they fit (so a look-up touches one line of it), else
  /// in the tenant strings. The database stands behind the id; its length is 0 when it has the same
  /// name.
  enum Tenant {
    static let generation = 0
    static let shard = 8
    static let policy = 12
    static let pool = 14
    static let stringOffset = 16
    /// When the mode ends, in seconds since 1970; 0 for no end.
    static let modeEnd = 20
    static let idCount = 24
    static let databaseCount = 25
    static let flags = 26
    static let strings = 27
    static let byteCount = 64
    static let inlineStringBytes = byteCount - strings

    static let suspended: UInt8 = 1
    static let stringsOutside: UInt8 = 2
    /// The raw value of the mode, from this bit on.
    static let modeShift: UInt8 = 2
    static let modeMask: UInt8 = 0b1_1100
  }

  /// Bytes of the tenants under one checksum: a multiple of a record's, so that none crosses a
  /// border.
  static let blockBytes = 64 << 10

  static let checksumBytes = 8

  /// Zero bytes behind the tags, so that a word may be read at any slot.
  static let tagPadding = 8
}
