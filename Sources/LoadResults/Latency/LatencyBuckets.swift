/// Where times are counted: HdrHistogram's layout for three significant digits, in nanoseconds.
///
/// Below 2,048 ns each time has a place of its own; then each doubling of time has 1,024 places, so
/// that a place is never wider than 0.1 % of its times.
///
/// Source: Tene, HdrHistogram (2012), with a unit magnitude of 0 and 2,048 sub-buckets.
@usableFromInline
enum LatencyBuckets {
  /// Bits of a time that tell its place.
  @inlinable static var precision: Int { 11 }

  /// How far a time's bits are shifted to the right at its place.
  @inlinable static func shift(of time: UInt64) -> Int {
    max(0, UInt64.bitWidth - time.leadingZeroBitCount - precision)
  }

  /// The place where a time is counted.
  @inlinable static func place(of time: UInt64) -> Int {
    let shift = shift(of: time)
    return (shift << (precision - 1)) + Int(truncatingIfNeeded: time >> UInt64(shift))
  }

  /// The longest time that is counted at a place.
  static func longest(at place: Int) -> UInt64 {
    let shift = max(0, (place >> (precision - 1)) - 1)
    let shortest = UInt64(place - (shift << (precision - 1))) << UInt64(shift)
    return shortest + ((1 << UInt64(shift)) - 1)
  }

  /// The longest time that is counted where this one is.
  static func longest(with time: UInt64) -> UInt64 {
    time | ((1 << UInt64(shift(of: time))) - 1)
  }

  /// The middle of the times that are counted where this one is.
  static func middle(with time: UInt64) -> Double {
    let width: UInt64 = (1 << UInt64(shift(of: time))) - 1
    return Double(time & ~width) + Double(width) / 2
  }
}
