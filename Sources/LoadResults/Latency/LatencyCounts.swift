/// How often each time was seen: what is left of a histogram once nothing more is recorded; in
/// JSON two arrays.
///
/// A time stands for a place of ``LatencyHistogram``, 0.1 % wide at most: it is the longest of the
/// place, and the last one is the longest that was seen.
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
  /// - Complexity: O(places), about 20 µs.
  public init(_ histogram: LatencyHistogram) {
    self.init()
    let places = histogram.places
    let different = places.count { histogram.cells[$0] > 0 }
    nanoseconds.reserveCapacity(different)
    counts.reserveCapacity(different)
    for place in places where histogram.cells[place] > 0 {
      nanoseconds.append(Swift.min(LatencyBuckets.longest(at: place), histogram.longest))
      counts.append(histogram.cells[place])
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
    counts.isEmpty ? nil : sum / Double(total)
  }

  /// All times together in nanoseconds, within 0.1 %.
  var sum: Double {
    zip(nanoseconds, counts).reduce(0.0) { sum, bucket in
      sum + LatencyBuckets.middle(with: bucket.0) * Double(bucket.1)
    }
  }

  /// The rank of a percentile among so many times, beginning with 1.
  static func rank(_ percentile: Double, of total: Int) -> UInt64 {
    let share = Swift.min(Swift.max(percentile.nextDown, 0), 100) / 100
    return Swift.max(1, UInt64((share * Double(total)).rounded(.up)))
  }

  /// The time, in nanoseconds, that this percentage of all don't exceed; nil if there is none.
  ///
  /// - Parameter percentile: 0 (the shortest) to 100 (the longest).
  /// - Returns: a time that is at most 0.1 % too long.
  /// - Complexity: O(n) of the different times.
  public func percentile(_ percentile: Double) -> UInt64? {
    guard let last = nanoseconds.last else { return nil }
    let rank = Self.rank(percentile, of: total)
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
    var merged = Merging(capacity: counts.count + other.counts.count)
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
    merged.end()
    nanoseconds = merged.nanoseconds
    counts = merged.counts
  }

  /// Puts times in a row; those of one place become one, and only the last of all stays exact.
  private struct Merging {
    var nanoseconds: [UInt64] = []
    var counts: [UInt64] = []
    private var time: UInt64 = 0
    private var count: UInt64 = 0

    init(capacity: Int) {
      nanoseconds.reserveCapacity(capacity)
      counts.reserveCapacity(capacity)
    }

    /// Appends a time that is no shorter than the last.
    mutating func append(_ next: UInt64, _ times: UInt64) {
      let end = LatencyBuckets.longest(with: time)
      if count > 0, next > end {
        nanoseconds.append(end)
        counts.append(count)
        count = 0
      }
      time = next
      count += times
    }

    mutating func end() {
      nanoseconds.append(time)
      counts.append(count)
    }
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
