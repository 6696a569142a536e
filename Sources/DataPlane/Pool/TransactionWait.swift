import Routing

/// How long a session's next transaction has waited: for a server, for shards that are paused, and since it has met an instance that takes no connection.
///
/// Each has a limit of its own, however often the session has to choose again meanwhile: a new map, or another instance, doesn't begin a wait anew. Time
/// in a pause doesn't count as time in a queue, nor the other way round.
struct TransactionWait {
  /// When it began to wait for a server, as if there had been no pauses since; the clock's origin before it did.
  private(set) var began = MonotonicTime.origin
  /// When the pause began that it waits for the end of; the clock's origin while it waits for none.
  private var pausedSince = MonotonicTime.origin
  /// How long it has waited for the ends of earlier ones, in nanoseconds.
  private var pausedNanoseconds: UInt64 = 0
  /// When an instance that it waited for was first found to take no connection; the clock's origin where none was.
  private var unreachableSince = MonotonicTime.origin

  /// It waits for a server, as before or from now on: until when, if it may do so for `limit` nanoseconds in all.
  mutating func waitForServer(at now: MonotonicTime, limit: UInt64) -> MonotonicTime {
    endPause(at: now)
    if began == .origin { began = now }
    return began.advanced(byNanoseconds: limit)
  }

  /// It waits for the end of a pause, as before or from now on: until when, if it may do so for `limit` nanoseconds in all.
  mutating func waitForPause(at now: MonotonicTime, limit: UInt64) -> MonotonicTime {
    if pausedSince == .origin { pausedSince = now }
    return pausedSince.advanced(byNanoseconds: limit - min(limit, pausedNanoseconds))
  }

  /// The instance that it waits for takes no connection; whether it has met the first such `limit` nanoseconds ago and been served by no other since.
  mutating func hasMetNobody(at now: MonotonicTime, limit: UInt64) -> Bool {
    if unreachableSince == .origin { unreachableSince = now }
    return now.nanoseconds(since: unreachableSince) >= limit
  }

  private mutating func endPause(at now: MonotonicTime) {
    guard pausedSince != .origin else { return }
    let pause = now.nanoseconds(since: pausedSince)
    pausedSince = .origin
    pausedNanoseconds += pause
    if began != .origin { began = began.advanced(byNanoseconds: pause) }
  }

  /// It waits no more: it has a server, or was refused.
  mutating func end() { self = TransactionWait() }
}
