import Routing
import Telemetry

/// Letting go of the clients before the worker stops: first those who are idle, each at the end of a transaction, the rest at a deadline.
///
/// Until accepting ends nothing is different for anybody. Then the slots of the sessions come due one after the other, and a session whose slot is
/// due is told goodbye at the first moment at which it is in no transaction. Those who are not due are served as ever.
extension Worker where K: ~Copyable {
  /// Begins a drain, or hastens it.
  mutating func beginDrain(_ plan: DrainPlan) {
    guard !isStopping else { return }
    drain.order(plan, now: kernel.now)
    lookAtDrain()
  }

  /// Does what the drain's clock says; a slice of it a turn. When to look again is left in ``choresDue``.
  mutating func lookAtDrain() {
    guard drain.stage != .serving, !isStopping else { return }
    while drain.advance(to: kernel.now) {
      switch drain.stage {
      case .leaving: beginLeaving()
      case .over: return cutForDrain()
      case .serving, .announced: break
      }
    }
    if drain.stage == .leaving {
      letSomeGo()
      if isDeserted { return beginStop(by: kernel.now) }
    }
    let next = drainWalk == nil ? drain.nextLook(now: kernel.now) : .origin
    if let next { choresDue = min(choresDue ?? next, next) }
  }

  /// Whether a session that is in no transaction now is to be told goodbye.
  mutating func isToLeave(_ handle: SlabHandle) -> Bool {
    if isStopping { return true }
    guard drain.stage == .leaving, Int(handle.index) < drainDue else { return false }
    let begins = sessions[handle].acceptedAt.advanced(by: DrainLimits.firstTransaction)
    return kernel.now >= begins
  }

  private mutating func beginLeaving() {
    acceptsNobody = true
    endsAtBoundaries = true
    listenersWantWork = true
    if acceptResumesAt != nil { resumeAccepting() }
  }

  /// Tells the next few of those who are due and idle. When all were looked at, the next look begins with the first again: somebody's moment may not
  /// have been there yet.
  private mutating func letSomeGo() {
    drainDue = drain.slotsDue(of: sessions.highWaterMark, at: kernel.now)
    let first = drainWalk ?? 0
    let end = min(first + DrainLimits.sessionsATurn, drainDue)
    for index in first..<max(first, end) {
      if let handle = sessions.currentHandle(at: index), isToLeave(handle) { letGoIfIdle(handle) }
    }
    drainWalk = end < drainDue ? end : nil
  }

  private mutating func letGoIfIdle(_ handle: SlabHandle) {
    switch sessions[handle].phase {
    case .relaying: sayGoodbyeIfIdle(handle)
    // It may be a balancer's look whether anybody is there: nothing was asked, nothing is said.
    case .greeting where sessions[handle].login.count == 0: end(handle)
    // Its BEGIN may have been answered and wait for the statement behind it.
    case .parked where !pooledClients[handle.index].hasLeft && !willDepart(handle):
      if pooledClients[handle.index].begun == nil { sayLeaving(handle) }
    default: return
    }
  }

  /// Tells a session that the router stops, and counts it.
  mutating func sayLeaving(_ handle: SlabHandle) {
    if !isStopping, !sessions[handle].isSayingGoodbye {
      context.report.counters.add(.sessionsDrained)
    }
    sayGoodbye(handle, .stopping)
  }

  /// Whether no worker has anybody left; one alone can't know whether another will hand it a client.
  private var isDeserted: Bool {
    mutating get {
      sessions.count == 0 && shortage.unheard.isEmpty
        && !listeners.contains { $0.state != .closed }
        && context.loads.allSatisfy { $0.sessions == 0 }
    }
  }

  /// The deadline has passed: those who can still be told why are told, and all are cut a moment later.
  private mutating func cutForDrain() {
    for index in 0..<sessions.highWaterMark {
      guard let handle = sessions.currentHandle(at: index) else { continue }
      guard !sessions[handle].isSayingGoodbye else { continue }
      let isBusy: Bool
      switch sessions[handle].phase {
      case .relaying: isBusy = sessions[handle].isBetweenAnswers
      case .queued, .lent: isBusy = true
      default: isBusy = false
      }
      guard isBusy else { continue }
      context.report.counters.add(.sessionsCutByDrain)
      sayGoodbye(handle, .drainedAtDeadline)
    }
    beginStop(by: kernel.now.advanced(by: SessionTimeouts.linger))
  }
}
