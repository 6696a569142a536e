import Routing

/// When a client that is over a limit may try again, as it is told: rounded up, so that refusals in a row say the same.
enum RetryHint {
  /// The steps that waits are rounded up to, in milliseconds.
  private static let step: UInt64 = 10

  /// Whole milliseconds until a time, from 10.
  static func milliseconds(from now: MonotonicTime, to until: MonotonicTime) -> UInt64 {
    let nanoseconds = until.nanoseconds(since: now)
    return max(1, (nanoseconds + step * 1_000_000 - 1) / (step * 1_000_000)) * step
  }
}
