import MapSync
import ShardMap

/// Feeds the loop a tick at the moment the machine wants one. Used by the loop's task only.
struct Alarm {
  private var task: Task<Void, Never>?
  private var moment = Int64.max

  /// Rings at this moment of the boot clock, in nanoseconds, in place of the one before.
  mutating func set(_ moment: Int64, _ ring: @escaping @Sendable () -> Void) {
    guard moment != self.moment else { return }
    stop()
    self.moment = moment
    guard moment != .max else { return }
    task = Task {
      let now = FreshnessClock.now().bootNanoseconds
      try? await Task.sleep(for: .nanoseconds(max(moment, now) - now))
      if !Task.isCancelled { ring() }
    }
  }

  /// It has rung.
  mutating func rang() { moment = .max }

  mutating func stop() {
    task?.cancel()
    task = nil
    moment = .max
  }
}
