public import Histogram

/// Where times are recorded: HdrHistogram, nanoseconds, three digits, up to an hour.
///
/// Recording allocates only when a time is longer than all before it.
public struct LatencyHistogram: Sendable {
  /// The longest time that is kept; longer ones count as this.
  public static let longestNanoseconds: UInt64 = 3_600_000_000_000

  /// The library's histogram.
  @usableFromInline var storage: Histogram<UInt64>

  /// An empty one.
  public init() {
    storage = Histogram(numberOfSignificantValueDigits: .three)
    storage.autoResize = true
  }

  /// Counts a time; one longer than ``longestNanoseconds`` counts as that.
  ///
  /// - Complexity: O(1); allocates only when the time is longer than all before it.
  @inlinable public mutating func record(nanoseconds: UInt64) {
    record(nanoseconds: nanoseconds, times: 1)
  }

  /// Counts a time that was seen so many times.
  @inlinable mutating func record(nanoseconds: UInt64, times: UInt64) {
    storage.record(Swift.min(nanoseconds, Self.longestNanoseconds), count: times)
  }

  /// How many times were recorded.
  @inlinable public var count: Int { Int(storage.totalCount) }

  /// The time, in nanoseconds, that this percentage of all don't exceed; nil if there is none.
  ///
  /// - Parameter percentile: 0 (the shortest) to 100 (the longest).
  /// - Returns: a time that is at most 0.1 % too long.
  /// - Complexity: O(buckets), about 10 µs.
  public func percentile(_ percentile: Double) -> UInt64? {
    storage.totalCount == 0 ? nil : storage.valueAtPercentile(percentile)
  }

  /// What was recorded, without the empty buckets.
  ///
  /// - Complexity: O(buckets), about 50 µs.
  public var counts: LatencyCounts { LatencyCounts(self) }

  /// Forgets all that was recorded, and keeps the memory.
  public mutating func reset() { storage.reset() }
}
