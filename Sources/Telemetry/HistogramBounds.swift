/// Where the buckets of a histogram end: times in nanoseconds, each larger than the one before. What
/// is longer than the last goes into one more bucket.
public struct HistogramBounds: Sendable, Hashable {
  /// So many at most: each costs every series a counter, and every scrape a line.
  public static let limit = 32

  /// The bounds, in nanoseconds.
  public let nanoseconds: [UInt64]

  /// These bounds.
  ///
  /// - Precondition: there are 1 to ``limit``, each larger than the one before, the first larger than 0.
  public init(nanoseconds: [UInt64]) {
    precondition(Self.areValid(nanoseconds), "bounds grow, and are few")
    self.nanoseconds = nanoseconds
  }

  /// Whether bounds can be made of these.
  public static func areValid(_ nanoseconds: [UInt64]) -> Bool {
    1...limit ~= nanoseconds.count && nanoseconds[0] > 0
      && zip(nanoseconds, nanoseconds.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// From 250 µs to 10 s, close to each other where a transaction's objective usually is: 1, 2.5, 5, 10,
  /// 25, 50, 100, 250 ms.
  public static let standard = HistogramBounds(
    nanoseconds: [
      250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
      100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000,
      10_000_000_000,
    ])

  /// The number of buckets: one more than there are bounds.
  public var bucketCount: Int { nanoseconds.count + 1 }
}
