import Routing
import ShardMap

/// One tenant that has shown signs, and what was done about it. No clock of its own.
///
/// ```
/// watched ─▶ tightened ─▶ quarantined ─▶ move-requested       signs held: `sustained`, and `coolDown` since the last step
///         ◀─           ◀─             ◀─                      signs gone: `coolDown`, longer after relapses
/// ```
/// A policy may leave steps out. A request for a move can't be taken back, so the step before it goes with it.
struct HotTenantCase: Sendable {
  /// What the rules were when the case began; others make another case.
  let rules: HotTenantRules
  /// Where the tenant was then.
  let shard: ShardIndex
  private(set) var stage = HotTenantStage.watched
  /// When the stage was entered.
  private(set) var since: MonotonicTime
  private var heldSince: MonotonicTime?
  private var goneSince: MonotonicTime?
  private var hasBeenHot = false
  /// By how much longer than its rules say it has to be good.
  private var patience: UInt64 = 1

  init(rules: HotTenantRules, shard: ShardIndex, now: MonotonicTime) {
    self.rules = rules
    self.shard = shard
    since = now
  }

  /// Whether there is nothing more to remember.
  func isOver(at now: MonotonicTime) -> Bool {
    guard stage == .watched, heldSince == nil else { return false }
    return !hasBeenHot || now.nanoseconds(since: since) >= memory
  }

  /// Takes what a window has shown, and says what changes.
  ///
  /// - Parameters:
  ///   - signs: what it has shown.
  ///   - windowStart: when that may have begun.
  ///   - now: the end of the window.
  /// - Returns: what is to be done, in this order.
  mutating func take(
    _ signs: HotTenantSigns, windowStart: MonotonicTime, now: MonotonicTime
  ) -> [HotTenantAction.Kind] {
    note(signs, windowStart: windowStart, now: now)
    if let heldSince, now.nanoseconds(since: heldSince) >= sustained {
      return goOn(now)
    }
    guard stage > .watched, let goneSince, now.nanoseconds(since: goneSince) >= coolDown * patience
    else { return [] }
    self.goneSince = now
    return goBack(now)
  }

  /// Undoes everything.
  mutating func undo(now: MonotonicTime) -> [HotTenantAction.Kind] {
    var undone: [HotTenantAction.Kind] = []
    while stage > .watched { undone += goBack(now) }
    return undone
  }

  private mutating func note(
    _ signs: HotTenantSigns, windowStart: MonotonicTime, now: MonotonicTime
  ) {
    heldSince = signs == .held ? heldSince ?? windowStart : nil
    goneSince = signs == .gone ? goneSince ?? now : nil
  }

  // MARK: Steps

  /// The next step, if it is time for one and there is one.
  private mutating func goOn(_ now: MonotonicTime) -> [HotTenantAction.Kind] {
    guard stage == .watched || now.nanoseconds(since: since) >= coolDown,
      let next = HotTenantStage.allCases.first(where: { $0 > stage && has($0) })
    else { return [] }
    if stage == .watched, hasBeenHot {
      patience = min(patience * HotTenantLimits.relapseFactor, HotTenantLimits.longestRelapse)
    }
    hasBeenHot = true
    stage = next
    since = now
    switch next {
    case .watched: return []
    case .tightened: return [.tighten(percent: rules.tightenPercent)]
    case .quarantined: return rules.quarantinePool.map { [.quarantine($0)] } ?? []
    case .moveRequested: return [.requestMove]
    }
  }

  /// Takes the last step back.
  private mutating func goBack(_ now: MonotonicTime) -> [HotTenantAction.Kind] {
    let last = stage
    stage = HotTenantStage.allCases.last { $0 < last && has($0) } ?? .watched
    since = now
    switch last {
    case .watched: return []
    case .tightened: return [.loosen]
    case .quarantined: return [.endQuarantine]
    case .moveRequested: return stage == .watched ? [.forgetMove] : goBack(now)
    }
  }

  /// Whether the rules have a step.
  private func has(_ stage: HotTenantStage) -> Bool {
    switch stage {
    case .watched: true
    case .tightened: rules.tightenPercent < 100
    case .quarantined: rules.quarantinePool != nil
    case .moveRequested: rules.requestsMove
    }
  }

  // MARK: Times

  private var sustained: UInt64 { UInt64(rules.sustainedMilliseconds) * 1_000_000 }
  private var coolDown: UInt64 { UInt64(rules.coolDownMilliseconds) * 1_000_000 }
  private var memory: UInt64 { coolDown * HotTenantLimits.relapseMemory }
}
