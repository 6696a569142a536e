import Routing
import Telemetry

/// What a worker does beside its sessions' work, a slice a turn: nobody waits for it longer than a
/// slice takes.
extension Worker where K: ~Copyable {
  /// Does what is due.
  mutating func doChores() {
    guard let choresDue, kernel.now >= choresDue else { return }
    self.choresDue = nil
    if moveWalk != nil { timingPause { $0.lookForMoved() } }
    if isReleasing { releaseSome() }
    if !poolsToRetry.isEmpty { retryPools() }
    if !shareByAddress.isEmpty { seekRoomAgain() }
    walkForAdmin()
    let asked = context.freshness.askWhatIsDue(now: kernel.now)
    if asked.hasAsked { context.report.counters.add(.refreshesWanted) }
    if moveWalk != nil || isReleasing || !admin.walks.isEmpty {
      self.choresDue = .origin
    } else if let next = asked.next {
      self.choresDue = min(self.choresDue ?? next, next)
    }
  }

  /// Notes how long a new map keeps the worker from its sessions.
  mutating func timingPause(_ body: (inout Self) -> Void) {
    let start = LiveClock.now
    body(&self)
    let microseconds = LiveClock.now.nanoseconds(since: start) / 1000
    let longest = context.report.counters.value(.longestMapPauseMicroseconds)
    if microseconds > longest {
      context.report.counters.add(.longestMapPauseMicroseconds, microseconds - longest)
    }
  }
}
