import Glibc

/// The clocks of a run.
enum MonotonicClock {
  /// Now, in nanoseconds of a clock that never goes back. About 25 ns.
  static var now: Int64 { read(CLOCK_MONOTONIC) }

  /// Now, milliseconds since 1970.
  static var wallMilliseconds: Int64 { read(CLOCK_REALTIME) / 1_000_000 }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Duration {
  /// In whole nanoseconds, at most 292 years.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow
      ? .max : product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
  }
}
