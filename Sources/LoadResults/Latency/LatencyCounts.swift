internal import Histogram

/// How often each time was seen: what is left of a histogram once nothing more is recorded; in
/// JSON two arrays.
///
/// A time stands for a bucket of ``LatencyHistogram``, 0.1 % wide at most: it is the longest of the
/// bucket, and the last one is the longest that was seen.
public struct LatencyCounts: Sendable, Equatable, Codable {
  /// Times, ascending, in nanoseconds.
  public private(set) var nanoseconds: [UInt64]
  /// How often each was seen; as many as there are times, none is 0.
  public private(set) var counts: [UInt64]

  /// None.
  public init() {
    nanoseconds = []
    counts = []
  }

  /// What a histogram has recorded.
  ///
  /// - Complexity: O(buckets), about 50 µs.
  public init(_ histogram: LatencyHistogram) {
    self.init()
    guard histogram.count > 0 else { return }
    // The library's own iterators sum all times in 64 bits, and trap at 584 years.
    let longest = histogram.storage.maxRecorded
    var time = Self.shortest(ofBucketWith: histogram.storage.min)
    while time <= longest {
      let end = Self.longest(ofBucketWith: time)
      let count = histogram.storage.countForValue(time)
      if count > 0 {
        nanoseconds.append(Swift.min(end, longest))
        counts.append(count)
      }
      time = end + 1
    }
  }

  /// A histogram that has recorded this.
  public var histogram: LatencyHistogram {
    var histogram = LatencyHistogram()
    for (time, count) in zip(nanoseconds, counts) {
      histogram.record(nanoseconds: time, times: count)
    }
    return histogram
  }

  /// Times that were seen.
  ///
  /// - Complexity: O(n) of the different times.
  public var total: Int { Int(counts.reduce(0, +)) }

  /// The longest time in nanoseconds, exactly; nil if there is none.
  public var max: UInt64? { nanoseconds.last }

  /// The mean in nanoseconds, within 0.1 %; nil if there is none.
  public var mean: Double? {
    guard !counts.isEmpty else { return nil }
    let sum = zip(nanoseconds, counts).reduce(0.0) { sum, bucket in
      sum + Self.middle(ofBucketWith: bucket.0) * Double(bucket.1)
    }
    return sum / Double(total)
  }

  /// The time, in nanoseconds, that this percentage of all don't exceed; nil if there is none.
  ///
  /// - Parameter percentile: 0 (the shortest) to 100 (the longest).
  /// - Returns: a time that is at most 0.1 % too long.
  /// - Complexity: O(n) of the different times.
  public func percentile(_ percentile: Double) -> UInt64? {
    guard let last = nanoseconds.last else { return nil }
    let share = Swift.min(Swift.max(percentile.nextDown, 0), 100) / 100
    let rank = Swift.max(1, UInt64((share * Double(total)).rounded(.up)))
    var seen: UInt64 = 0
    for (time, count) in zip(nanoseconds, counts) {
      seen += count
      if seen >= rank { return time }
    }
    return last
  }

  /// Adds what another has seen.
  ///
  /// - Complexity: O(n + m) of the different times.
  public mutating func merge(_ other: LatencyCounts) {
    guard !other.counts.isEmpty else { return }
    guard !counts.isEmpty else {
      self = other
      return
    }
    var merged = LatencyCounts()
    merged.nanoseconds.reserveCapacity(Swift.max(nanoseconds.count, other.nanoseconds.count))
    merged.counts.reserveCapacity(merged.nanoseconds.capacity)
    var (own, others) = (0, 0)
    while own < counts.count || others < other.counts.count {
      let takesOwn =
        others == other.counts.count
        || own < counts.count && nanoseconds[own] <= other.nanoseconds[others]
      if takesOwn {
        merged.append(nanoseconds[own], counts[own])
        own += 1
      } else {
        merged.append(other.nanoseconds[others], other.counts[others])
        others += 1
      }
    }
    self = merged
  }

  /// Appends a time that is no shorter than the last; times of one bucket become one.
  private mutating func append(_ time: UInt64, _ count: UInt64) {
    if let last = nanoseconds.indices.last {
      let end = Self.longest(ofBucketWith: nanoseconds[last])
      if time <= end {
        nanoseconds[last] = time
        counts[last] += count
        return
      }
      nanoseconds[last] = end
    }
    nanoseconds.append(time)
    counts.append(count)
  }
}

// MARK: Buckets

extension LatencyCounts {
  /// Bits of a time that three digits need; up to so many, each time has a bucket of its own.
  private static let bucketBits = 11

  /// How many times share the bucket of this one, less one.
  private static func width(ofBucketWith time: UInt64) -> UInt64 {
    let bits = UInt64.bitWidth - time.leadingZeroBitCount
    return bits <= bucketBits ? 0 : (1 << UInt64(bits - bucketBits)) - 1
  }

  private static func longest(ofBucketWith time: UInt64) -> UInt64 {
    time | width(ofBucketWith: time)
  }

  private static func shortest(ofBucketWith time: UInt64) -> UInt64 {
    time & ~width(ofBucketWith: time)
  }

  private static func middle(ofBucketWith time: UInt64) -> Double {
    Double(shortest(ofBucketWith: time)) + Double(width(ofBucketWith: time)) / 2
  }
}

// MARK: JSON

extension LatencyCounts {
  /// Reads two arrays as ``encode(to:)`` writes them.
  ///
  /// - Throws: `DecodingError.dataCorrupted` where they can't be what a histogram has counted.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    nanoseconds = try container.decode([UInt64].self, forKey: .nanoseconds)
    counts = try container.decode([UInt64].self, forKey: .counts)
    let sum = counts.reduce((UInt64(0), false)) { sum, count in
      let (next, overflow) = sum.0.addingReportingOverflow(count)
      return (next, sum.1 || overflow || count == 0)
    }
    guard nanoseconds.count == counts.count, !sum.1, sum.0 <= UInt64(Int.max),
      zip(nanoseconds, nanoseconds.dropFirst()).allSatisfy({ $0 < $1 }),
      nanoseconds.last ?? 0 <= LatencyHistogram.longestNanoseconds
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "latencies must be ascending, with a count above 0 for each"))
    }
  }
}
