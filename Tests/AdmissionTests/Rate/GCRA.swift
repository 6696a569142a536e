import Admission
import Routing

/// The generic cell rate algorithm in exact integers, for a rate with one owner: the model of `SharedRate`.
///
/// The virtual scheduling algorithm of ITU-T I.371, Annex A: an event conforms when it doesn't come
/// more than ``burst`` - 1 periods before its theoretical arrival time. That time is kept in
/// nanoseconds and in fractions of one whose denominator is the rate, so that no rate drifts. The
/// state is 24 bytes, an event costs some additions and comparisons.
struct GCRA: BitwiseCopyable, Hashable, Sendable {
  /// Events a second in the long run, 1...10,000,000.
  let perSecond: UInt32
  /// Events at once after a pause, from 1.
  let burst: UInt32
  private var arrival = FractionalTime()

  /// A rate whose whole burst may come at once now.
  init(perSecond: UInt32, burst: UInt32) {
    precondition(
      (1...AdmissionLimits.eventsPerSecond).contains(perSecond) && burst >= 1,
      "\(perSecond) events a second with a burst of \(burst) are no rate")
    self.perSecond = perSecond
    self.burst = burst
  }

  /// Whether so many more events conform now; counted if they do.
  ///
  /// - Returns: nil if they do, otherwise when they will: ``MonotonicTime`` rounded up to a nanosecond,
  ///   and never, the end of the range, where they are more than ``burst``.
  mutating func admit(_ events: UInt32 = 1, now: MonotonicTime) -> MonotonicTime? {
    guard events <= burst else { return MonotonicTime(nanoseconds: .max) }
    let now = min(now, MonotonicTime(nanoseconds: .max / 2))
    var next = max(arrival, FractionalTime(nanoseconds: now.nanoseconds))
    next.advance(byPeriods: UInt64(events), perSecond: perSecond)
    var limit = FractionalTime(nanoseconds: now.nanoseconds)
    limit.advance(byPeriods: UInt64(burst), perSecond: perSecond)
    if next <= limit {
      arrival = next
      return nil
    }
    return now.advanced(byNanoseconds: next.nanoseconds(since: limit))
  }
}

/// A time in nanoseconds and parts of one, of which a second of events has `perSecond`.
private struct FractionalTime: BitwiseCopyable, Hashable, Comparable {
  var nanoseconds: UInt64 = 0
  /// 0..<`perSecond`.
  var parts: UInt32 = 0

  mutating func advance(byPeriods periods: UInt64, perSecond: UInt32) {
    let rate = UInt64(perSecond)
    // Below 2^32 · 2^30.
    let (whole, rest) = (periods &* 1_000_000_000).quotientAndRemainder(dividingBy: rate)
    var parts = UInt64(self.parts) &+ rest
    var carry: UInt64 = 0
    if parts >= rate {
      parts &-= rate
      carry = 1
    }
    self.parts = UInt32(truncatingIfNeeded: parts)
    // Starts below 2^63, and so stays below 2^64.
    nanoseconds += whole &+ carry
  }

  /// The way from an earlier time, rounded up.
  func nanoseconds(since earlier: FractionalTime) -> UInt64 {
    let whole = nanoseconds &- earlier.nanoseconds
    return parts > earlier.parts ? whole &+ 1 : whole
  }

  static func < (one: FractionalTime, other: FractionalTime) -> Bool {
    (one.nanoseconds, one.parts) < (other.nanoseconds, other.parts)
  }
}
