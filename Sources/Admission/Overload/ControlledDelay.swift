public import Routing

/// Which of those that come to the front of a queue are dropped there, so that the rest doesn't wait
/// for long: CoDel (RFC 8289, section 5).
///
/// A queue that is only now and then long is good. One whose front has waited longer than the target
/// for a whole interval has a standing length, which helps nobody: then the front is dropped, the next
/// time after an interval, and ever sooner, by the square root of the drops so far, until the wait is
/// below the target.
///
/// ```
/// serving ─ above the target for an interval ─▶ dropping
///    ▲                                              │
///    └────────────── below the target ──────────────┘
/// ```
public struct ControlledDelay: Sendable {
  /// The interval that RFC 8289 recommends, in nanoseconds.
  public static let standardInterval: UInt64 = 100_000_000

  /// When the wait will have been above the target for an interval; nil while it is not above it.
  private var dueAt: MonotonicTime?
  /// Whether it is dropping.
  public private(set) var isDropping = false
  /// When the next is dropped, or would have been.
  private var dropsAt = MonotonicTime.origin
  /// Drops since dropping began; the rate grows with it.
  private var drops: UInt64 = 0
  /// The count when dropping began last.
  private var dropsBefore: UInt64 = 0

  /// A queue of which nothing is known yet.
  public init() {}

  /// The queue is empty, or waits for something that no drop makes come sooner.
  public mutating func forget() {
    dueAt = nil
    isDropping = false
  }

  /// One has come to the front: whether it is dropped instead of served. Constant time, and one square
  /// root for each drop.
  ///
  /// - Parameters:
  ///   - wait: how long it has waited, in nanoseconds.
  ///   - target: the wait that is aimed at, above 0.
  ///   - interval: for how long it may be exceeded, above 0.
  ///   - now: the time.
  /// - Returns: whether it is to be dropped.
  public mutating func drops(
    afterWaiting wait: UInt64, target: UInt64, interval: UInt64 = Self.standardInterval,
    now: MonotonicTime
  ) -> Bool {
    guard wait >= target else {
      forget()
      return false
    }
    guard let dueAt else {
      self.dueAt = now.advanced(byNanoseconds: interval)
      return false
    }
    guard now >= dueAt else { return false }
    if isDropping {
      guard now >= dropsAt else { return false }
      drops += 1
      dropsAt = dropsAt.advanced(byNanoseconds: Self.spacing(interval, drops))
    } else {
      begin(interval, now)
    }
    return true
  }

  /// Begins to drop: at the rate where it stopped, if that is not long ago.
  private mutating func begin(_ interval: UInt64, _ now: MonotonicTime) {
    let added = drops - dropsBefore
    let isRecent = now.nanoseconds(since: dropsAt) < Self.memory * interval
    drops = added > 1 && isRecent ? added : 1
    dropsBefore = drops
    dropsAt = now.advanced(byNanoseconds: Self.spacing(interval, drops))
    isDropping = true
  }

  /// From one drop to the next: the interval divided by the square root of the drops so far.
  private static func spacing(_ interval: UInt64, _ drops: UInt64) -> UInt64 {
    UInt64(Double(interval) / Double(drops).squareRoot())
  }

  /// For how many intervals the rate is remembered.
  private static let memory: UInt64 = 16
}
