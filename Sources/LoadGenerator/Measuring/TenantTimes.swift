/// Figures of each tenant of a load, small enough for very many of them.
///
/// Times are kept in buckets of eight to an octave, from a microsecond to 68 seconds: 864 bytes for
/// each tenant that has any. The middle of a bucket is at most 6.3 % from any time in it.
struct TenantTimes {
  /// Buckets of one tenant.
  static let bucketCount = (octaves + 1) << bucketBits

  /// Each octave has 2^3 buckets.
  private static let bucketBits = 3
  private static let octaves = 26
  /// Times are counted in units of 2^7 ns, the first octave is linear: 1 µs has eight of them.
  private static let unitBits = 7

  private static let none = UInt32.max

  /// Memory is reserved for all tenants and touched for those that have times.
  private var buckets: [UInt32] = []
  /// Which of the groups of buckets is a tenant's.
  private var groups: [UInt32]
  private(set) var completed: [UInt32]
  private(set) var errors: [UInt32]

  /// For so many tenants.
  init(tenants: Int) {
    buckets.reserveCapacity(tenants * Self.bucketCount)
    groups = Array(repeating: Self.none, count: tenants)
    completed = Array(repeating: 0, count: tenants)
    errors = completed
  }

  /// Counts a transaction that was completed.
  mutating func completed(_ tenant: Int, nanoseconds: UInt64) {
    completed[tenant] &+= 1
    buckets[firstBucket(of: tenant) + Self.bucket(of: nanoseconds)] &+= 1
  }

  /// Counts one that failed.
  mutating func failed(_ tenant: Int) { errors[tenant] &+= 1 }

  /// Adds what another worker has counted for the same tenants.
  mutating func merge(_ other: TenantTimes) {
    for tenant in completed.indices {
      errors[tenant] &+= other.errors[tenant]
      guard other.completed[tenant] > 0 else { continue }
      completed[tenant] &+= other.completed[tenant]
      let own = firstBucket(of: tenant)
      let others = Int(other.groups[tenant]) * Self.bucketCount
      for bucket in 0..<Self.bucketCount {
        buckets[own + bucket] &+= other.buckets[others + bucket]
      }
    }
  }

  /// The time, in nanoseconds, that this percentage of a tenant's completed transactions don't
  /// exceed; 0 if it has none.
  func percentile(_ percentile: Double, of tenant: Int) -> Double {
    guard groups[tenant] != Self.none else { return 0 }
    let first = Int(groups[tenant]) * Self.bucketCount
    let wanted = (percentile / 100 * Double(completed[tenant])).rounded(.up)
    var seen = 0.0
    for bucket in 0..<Self.bucketCount {
      let count = buckets[first + bucket]
      seen += Double(count)
      if count > 0 && seen >= wanted { return Self.middle(of: bucket) }
    }
    return 0
  }

  private mutating func firstBucket(of tenant: Int) -> Int {
    if groups[tenant] == Self.none {
      groups[tenant] = UInt32(buckets.count / Self.bucketCount)
      buckets.append(contentsOf: repeatElement(0, count: Self.bucketCount))
    }
    return Int(groups[tenant]) * Self.bucketCount
  }

  private static func bucket(of nanoseconds: UInt64) -> Int {
    let units = nanoseconds >> unitBits
    guard units >= 1 << bucketBits else { return Int(units) }
    let octave = 63 - units.leadingZeroBitCount - bucketBits
    let place = Int(units >> UInt64(octave)) & (1 << bucketBits - 1)
    return min((octave + 1) << bucketBits | place, bucketCount - 1)
  }

  private static func middle(of bucket: Int) -> Double {
    let octave = max(bucket >> bucketBits - 1, 0)
    let place =
      bucket >> bucketBits == 0 ? bucket : bucket & (1 << bucketBits - 1) | 1 << bucketBits
    return (Double(place) + 0.5) * Double(UInt64(1) << UInt64(octave + unitBits))
  }
}
