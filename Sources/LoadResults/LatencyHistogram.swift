public import Histogram

/// Where times are recorded: HdrHistogram, nanoseconds, three digits, up to an hour.
///
/// Recording allocates only when a time is longer than all before it.
public struct LatencyHistogram: Sendable {
  /// The longest time that is kept; longer ones count as this.
  public static let longestNanoseconds: UInt64 = 3_600_000_000_000

  /// The library's histogram.
  public private(set) var histogram: Histogram<UInt64>

  /// An empty one.
  public init() {
    histogram = Histogram(numberOfSignificantValueDigits: .three)
    histogram.autoResize = true
  }
}
