import Routing

/// How far a worker's drain has come by its clock: which stage it is in, and whose turn it is to go.
///
/// ```
/// serving ── order ──▶ announced ── keepAccepting over ──▶ leaving ── deadline, or nobody left ──▶ over
/// ```
struct DrainSchedule {
  enum Stage: Comparable {
    /// No drain was ordered.
    case serving
    /// Others are told not to send clients any more; those who come are served.
    case announced
    /// Nobody is accepted any more; who is idle goes, one after the other.
    case leaving
    /// The worker stops.
    case over
  }

  private(set) var stage = Stage.serving
  private var leavesAt = MonotonicTime.origin
  private var spreadNanoseconds: UInt64 = 0
  private(set) var deadline = MonotonicTime.origin
  /// Whether clients that wait to be accepted are another process's.
  private(set) var leavesBacklog = false

  /// Begins a drain, or hastens the one that has begun: of two orders, at each point the earlier time counts.
  mutating func order(_ plan: DrainPlan, now: MonotonicTime) {
    let leaves = now.advanced(by: plan.keepAccepting)
    let ends = now.advanced(by: plan.deadline)
    switch stage {
    case .serving:
      (leavesAt, deadline) = (leaves, ends)
      spreadNanoseconds = plan.spread.wholeNanoseconds
      leavesBacklog = plan.leavesBacklog
      stage = .announced
    case .announced, .leaving:
      leavesAt = min(leavesAt, leaves)
      deadline = min(deadline, ends)
      spreadNanoseconds = min(spreadNanoseconds, plan.spread.wholeNanoseconds)
      leavesBacklog = leavesBacklog || plan.leavesBacklog
    case .over: return
    }
  }

  /// What the clock makes of the stage; true when it is another one now.
  mutating func advance(to now: MonotonicTime) -> Bool {
    switch stage {
    case .announced where now >= min(leavesAt, deadline): stage = .leaving
    case .leaving where now >= deadline: stage = .over
    case .serving, .announced, .leaving, .over: return false
    }
    return true
  }

  /// The worker stops, for whatever reason.
  mutating func end() { stage = .over }

  /// How many of the session slots may be told to go by now, counted from the first: in equal parts over the spread.
  func slotsDue(of slots: Int, at now: MonotonicTime) -> Int {
    guard stage == .leaving else { return 0 }
    let gone = now.nanoseconds(since: leavesAt)
    guard gone < spreadNanoseconds else { return slots }
    return Int(Double(slots) * Double(gone) / Double(spreadNanoseconds))
  }

  /// When to look again; nil where there is nothing to look for.
  func nextLook(now: MonotonicTime) -> MonotonicTime? {
    switch stage {
    case .serving, .over: nil
    case .announced: min(leavesAt, deadline)
    case .leaving: min(now.advanced(by: DrainLimits.look), deadline)
    }
  }
}
