/// The moments at which polls are due, and how many may come before theirs.
///
/// Slots lie at `first`, `first + interval`, and so on, whatever happens. Each poll uses one up; at
/// most ``SyncLimits/pulledForward`` may be used before their time, and one that was missed is lost.
/// So in any span of time there are as many polls as slots, and a few.
struct PollSchedule: Sendable {
  private let first: Int64
  private let interval: Int64
  private var used: Int64 = 0

  /// A schedule whose first slot is `first`; both in nanoseconds.
  init(first: Int64, interval: Int64) {
    self.first = first
    self.interval = max(interval, 1)
  }

  /// When the next slot that is not used up comes, in nanoseconds.
  var next: Int64 { first + used * interval }

  /// Slots whose time has come.
  private func due(_ now: Int64) -> Int64 {
    now < first ? 0 : (now - first) / interval + 1
  }

  /// Whether a poll may be made before its time.
  func mayPull(_ now: Int64) -> Bool { used - due(now) < SyncLimits.pulledForward }

  /// When a poll may be made before its time at the earliest.
  var nextPull: Int64 { first + (used - SyncLimits.pulledForward) * interval }

  /// Uses up one slot.
  mutating func take(_ now: Int64) { used = max(used, due(now) - 1) + 1 }

  /// Gives one back: what was pulled forward turned out to be a change.
  mutating func giveBack(_ now: Int64) { if used > due(now) { used -= 1 } }

  /// Uses up what is due and no more: an attempt after a failure has a pace of its own.
  mutating func skip(_ now: Int64) { used = max(used, due(now)) }
}
