/// Where times are recorded: as HdrHistogram does it, nanoseconds, three digits, up to an hour.
///
/// Recording allocates only when a time is longer than all before it; a histogram of an hour takes
/// 270 kB, one of a second 160 kB. The library of that name counts at the same places, but is
/// generic and not specialised outside of its module: there a percentile takes milliseconds.
public struct LatencyHistogram: Sendable {
  /// The longest time that is kept; longer ones count as this.
  @inlinable public static var longestNanoseconds: UInt64 { 3_600_000_000_000 }

  /// How often times were recorded, by place; as long as the longest time needed it.
  @usableFromInline var cells: [UInt64] = []
  @usableFromInline var total: UInt64 = 0
  /// The longest time that was recorded.
  @usableFromInline var longest: UInt64 = 0
  /// No place before this one has anything.
  @usableFromInline var firstPlace = Int.max

  /// An empty one.
  public init() {}

  /// Counts a time; one longer than ``longestNanoseconds`` counts as that.
  ///
  /// - Complexity: O(1), about 2 ns; allocates only when the time is longer than all before it.
  @inlinable public mutating func record(nanoseconds: UInt64) {
    record(nanoseconds: nanoseconds, times: 1)
  }

  /// Counts a time that was seen so many times.
  @inlinable mutating func record(nanoseconds: UInt64, times: UInt64) {
    let time = min(nanoseconds, Self.longestNanoseconds)
    let place = LatencyBuckets.place(of: time)
    if place >= cells.count { grow(toHold: place) }
    cells[place] &+= times
    total &+= times
    if time > longest { longest = time }
    if place < firstPlace { firstPlace = place }
  }

  /// Makes room up to the end of a doubling of time.
  @usableFromInline @inline(never)
  mutating func grow(toHold place: Int) {
    let doubling = 1 << (LatencyBuckets.precision - 1)
    let count = (place / doubling + 1) * doubling
    cells.append(contentsOf: repeatElement(0, count: count - cells.count))
  }

  /// How many times were recorded.
  @inlinable public var count: Int { Int(total) }

  /// The places that may have something; none if nothing was recorded.
  var places: Range<Int> {
    total == 0 ? 0..<0 : firstPlace..<LatencyBuckets.place(of: longest) + 1
  }

  /// The time, in nanoseconds, that this percentage of all don't exceed; nil if there is none.
  ///
  /// - Parameter percentile: 0 (the shortest) to 100 (the longest).
  /// - Returns: a time that is at most 0.1 % too long.
  /// - Complexity: O(places), about 10 µs.
  public func percentile(_ percentile: Double) -> UInt64? {
    guard total > 0 else { return nil }
    let rank = LatencyCounts.rank(percentile, of: count)
    var seen: UInt64 = 0
    for place in places {
      seen += cells[place]
      if seen >= rank { return min(LatencyBuckets.longest(at: place), longest) }
    }
    return longest
  }

  /// What was recorded, without the empty places.
  ///
  /// - Complexity: O(places), about 20 µs.
  public var counts: LatencyCounts { LatencyCounts(self) }

  /// Forgets all that was recorded, and keeps the memory.
  ///
  /// - Complexity: O(places), about 5 µs.
  public mutating func reset() {
    for place in places { cells[place] = 0 }
    total = 0
    longest = 0
    firstPlace = .max
  }
}
