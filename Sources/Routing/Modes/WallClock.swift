public import ShardMap

/// One moment on two clocks, so that an end that people have set, by the wall clock, is known on the
/// clock that decisions go by.
///
/// A wall clock that is set later moves no end before the next map with another catalog.
public struct WallClock: Sendable, Hashable {
  private let monotonic: MonotonicTime
  private let milliseconds: UInt64?

  /// A moment: what the decisions' clock shows, and the milliseconds since 1970.
  public init(monotonic: MonotonicTime, milliseconds: UInt64) {
    self.monotonic = monotonic
    self.milliseconds = milliseconds
  }

  private init() {
    monotonic = .origin
    milliseconds = nil
  }

  /// Nobody knows what time it is: no mode ends by itself.
  public static let unknown = WallClock()

  /// When a mode is over by itself; ``ModeInForce/never`` where it isn't. A moment before the pair's
  /// counts as the clock's origin, which is always over.
  public func end(of mode: TimedMode) -> MonotonicTime {
    guard mode.untilMilliseconds != 0, let milliseconds else { return ModeInForce.never }
    guard mode.untilMilliseconds > milliseconds else { return .origin }
    let (nanoseconds, overflow) = (mode.untilMilliseconds - milliseconds)
      .multipliedReportingOverflow(by: 1_000_000)
    return monotonic.advanced(byNanoseconds: overflow ? .max : nanoseconds)
  }

  /// Milliseconds since 1970 at a moment of the decisions' clock; nil where nobody knows.
  public func milliseconds(at time: MonotonicTime) -> UInt64? {
    guard let milliseconds else { return nil }
    if time >= monotonic {
      return milliseconds.addingSaturating(time.nanoseconds(since: monotonic) / 1_000_000)
    }
    let before = monotonic.nanoseconds(since: time) / 1_000_000
    return milliseconds - min(before, milliseconds)
  }
}
