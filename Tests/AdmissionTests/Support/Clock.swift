import Routing

/// The time so many milliseconds after the clock's origin.
func milliseconds(_ count: UInt64) -> MonotonicTime {
  MonotonicTime(nanoseconds: count * 1_000_000)
}

/// The time so many microseconds after the clock's origin.
func microseconds(_ count: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: count * 1_000) }
