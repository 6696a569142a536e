import Glibc

/// The monotonic clock, in nanoseconds.
enum WorkerClock {
  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  static func sleep(nanoseconds: UInt64) {
    var span = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    nanosleep(&span, nil)
  }
}

/// When the server pauses.
struct StallSchedule {
  private let startedAt: UInt64
  private let period: UInt64
  private let length: UInt64

  init(_ stall: NullServerSettings.Stall, startedAt: UInt64) {
    self.startedAt = startedAt
    period = stall.period.nanoseconds
    length = stall.length.nanoseconds
  }

  /// How long the stall still takes at a time; 0 outside of one.
  func remaining(at now: UInt64) -> UInt64 {
    let age = now - startedAt
    let intoPeriod = age % period
    return age >= period && intoPeriod < length ? length - intoPeriod : 0
  }
}
