/// The compiled file, byte by byte. All integers are little-endian.
///
/// ```
/// header             192 bytes, with a checksum of itself
/// catalog            what is small: checked whole when a file is opened
///   regions zones instances shards replicas policies pools catalog strings
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
  static let version: UInt32 = 3
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
    static let reserved = 160
    static let checksum = 184
    static let byteCount = 192
  }

  /// The first five bytes of every catalog record: where its id lies in the catalog strings.
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
    static let byteCount = 24
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
    static let byteCount = 48
    /// A read tier or pooling that the policy doesn't set.
    static let absent: UInt8 = 0xff
  }

  enum Pool {
    static let flags = 5
    static let dedicated: UInt8 = 1
    static let byteCount = 8
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
    static let idCount = 20
    static let databaseCount = 21
    static let flags = 22
    static let strings = 23
    static let byteCount = 64
    static let inlineStringBytes = byteCount - strings

    static let suspended: UInt8 = 1
    static let stringsOutside: UInt8 = 2
  }

  /// Bytes of the tenants under one checksum: a multiple of a record's, so that none crosses a
  /// border.
  static let blockBytes = 64 << 10

  static let checksumBytes = 8

  /// Zero bytes behind the tags, so that a word may be read at any slot.
  static let tagPadding = 8
}
