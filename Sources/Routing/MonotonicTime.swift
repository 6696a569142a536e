/// A point on a clock that never goes backwards: nanoseconds since an origin that only the clock
/// knows.
///
/// Routing never reads a clock. Its callers pass the time in, so that the simulation can replay a
/// run exactly. 64 bits last 584 years.
public struct MonotonicTime: Sendable, Hashable, Comparable {
  /// Nanoseconds since the clock's origin.
  public var nanoseconds: UInt64

  /// The clock's origin; also "never" for deadlines that lie in the past.
  public static let origin = MonotonicTime(nanoseconds: 0)

  /// Makes a time from a reading of the clock.
  @inlinable public init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// Orders two readings of the same clock.
  @inlinable public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The time `nanoseconds` later; stays at the end of the range instead of wrapping round.
  @inlinable public func advanced(byNanoseconds nanoseconds: UInt64) -> MonotonicTime {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
    return MonotonicTime(nanoseconds: overflow ? .max : sum)
  }

  /// Nanoseconds since `earlier`; 0 where `earlier` is not in the past.
  @inlinable public func nanoseconds(since earlier: MonotonicTime) -> UInt64 {
    self > earlier ? nanoseconds - earlier.nanoseconds : 0
  }
}
