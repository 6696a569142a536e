/// How often durations were in each of 160 ranges: an eighth of a power of two wide, so what is read off it is at
/// most 12.5 % too long. From 33 µs to 137 s; what is shorter or longer counts in the first or last.
public struct LatencyCounts: Sendable {
  /// How many ranges there are.
  public static let rangeCount = 160

  /// Ranges to a power of two, as bits.
  private static let fineBits = 3
  /// The first ranges are this wide, as bits of a nanosecond.
  private static let unitBits = 15

  private var counts = InlineArray<160, UInt16>(repeating: 0)
  /// How many durations were counted.
  public private(set) var total = 0

  /// Nothing was counted yet.
  public init() {}

  /// The range of a duration.
  @inlinable
  public static func range(ofNanoseconds nanoseconds: UInt64) -> UInt8 {
    let units = nanoseconds >> 15
    guard units >= 8 else { return UInt8(truncatingIfNeeded: units) }
    let exponent = 63 - units.leadingZeroBitCount
    let range = (exponent - 2) * 8 + Int(truncatingIfNeeded: units >> UInt64(exponent - 3) & 7)
    return UInt8(truncatingIfNeeded: min(range, 159))
  }

  /// Where a range ends, in nanoseconds.
  public static func end(of range: Int) -> UInt64 {
    let fine = 1 << fineBits
    guard range >= fine else { return UInt64(range + 1) << UInt64(unitBits) }
    let shift = range / fine - 1
    return UInt64(fine + range % fine + 1) << UInt64(shift + unitBits)
  }

  /// Counts a duration in its range; a full range stays full.
  public mutating func count(range: UInt8) {
    let place = min(Int(range), Self.rangeCount - 1)
    guard counts[place] < .max else { return }
    counts[place] += 1
    total += 1
  }

  /// Takes over what another one has counted.
  public mutating func merge(_ other: LatencyCounts) {
    guard other.total > 0 else { return }
    for place in counts.indices {
      let more = min(other.counts[place], .max - counts[place])
      counts[place] += more
      total += Int(more)
    }
  }

  /// The duration that so many percent of them don't exceed, in nanoseconds; nil where nothing was counted.
  public func percentile(_ percent: Int) -> UInt64? {
    guard total > 0 else { return nil }
    let rank = max(1, (total * percent + 99) / 100)
    var seen = 0
    for place in counts.indices {
      seen += Int(counts[place])
      if seen >= rank { return Self.end(of: place) }
    }
    return nil
  }
}
