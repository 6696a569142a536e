import HotTenants
import Routing
import Telemetry

/// What a worker does beside its sessions' work, a slice a turn: nobody waits for it longer than a
/// slice takes.
extension Worker where K: ~Copyable {
  /// Does what is due.
  mutating func doChores() {
    guard let choresDue, kernel.now >= choresDue else { return }
    self.choresDue = nil
    if let due = modes.due, due <= kernel.now { reviewModes() }
    if moveWalk != nil { timingPause { $0.lookForMoved() } }
    if idleWalk != nil { reviewIdleDeadlines() }
    if isReleasing { releaseSome() }
    if !poolsToRetry.isEmpty { retryPools() }
    if !shareByAddress.isEmpty { seekRoomAgain() }
    handOverFinishedWindow()
    giveBackUnused()
    walkForAdmin()
    lookAtDrain()
    lookForDepartures()
    if census != nil { timingPause(.longestCensusPauseMicroseconds) { $0.walkForCensus() } }
    let asked = context.freshness.askWhatIsDue(now: kernel.now)
    if asked.hasAsked { context.report.counters.add(.refreshesWanted) }
    if moveWalk != nil || idleWalk != nil || isReleasing || !admin.walks.isEmpty || census != nil {
      self.choresDue = .origin
    } else if let next = asked.next {
      self.choresDue = min(self.choresDue ?? next, next)
    }
    if let end = meter.windowEnd { self.choresDue = min(self.choresDue ?? end, end) }
    if let due = takeover.due { self.choresDue = min(self.choresDue ?? due, due) }
    if let due = modes.due { self.choresDue = min(self.choresDue ?? due, due) }
  }

  /// Notes how long something, a new map unless it is said, keeps the worker from its sessions.
  mutating func timingPause(
    _ counter: WorkerCounter = .longestMapPauseMicroseconds, _ body: (inout Self) -> Void
  ) {
    let start = LiveClock.now
    body(&self)
    let microseconds = LiveClock.now.nanoseconds(since: start) / 1000
    let longest = context.report.counters.value(counter)
    if microseconds > longest { context.report.counters.add(counter, microseconds - longest) }
  }
}
