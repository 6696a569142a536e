import Routing
import ShardMap
import Telemetry

/// Sessions that a new map has elsewhere: their tenant's generation or their shard's epoch is another
/// one. Sessions, too, that have a server to themselves which was told to begin transactions
/// read-only, or was not, and a mode has it otherwise now. They are told goodbye when they are between two transactions, and cut off when they are not
/// for too long.
extension Worker where K: ~Copyable {
  /// Begins to look through all sessions, after the map has changed.
  mutating func beginMoveWalk() {
    moveWalk = 0
    choresDue = .origin
  }

  /// Looks at the next few sessions.
  mutating func lookForMoved() {
    guard let first = moveWalk else { return }
    let end = min(first + FreshnessLimits.movesATurn, sessions.highWaterMark)
    for index in first..<end {
      guard let handle = sessions.currentHandle(at: index) else { continue }
      if let cause = moveCause(handle) {
        beginMove(handle, cause)
      } else if sessions[handle].phase == .lent {
        followModeIfIdle(handle)
      }
    }
    moveWalk = end < sessions.highWaterMark ? end : nil
  }

  /// Why the session is where it doesn't belong by the map in use; nil where it does. A tenant that is
  /// gone or suspended keeps its sessions.
  private mutating func moveCause(_ handle: SlabHandle) -> MoveCause? {
    switch sessions[handle].phase {
    case .connecting, .requestingTLS, .awaitingTLS, .forwarding, .relaying: break
    case .greeting, .answering, .holding, .authenticating, .parked, .queued, .lent, .departing,
      .refusing,
      .lingering, .closing:
      return nil
    }
    guard sessions[handle].moveDeadline == nil, !sessions[handle].isSayingGoodbye,
      let target = sessions[handle].target, target.slot != nil,
      let tenant = map.tenant(id: target.tenant.array.span.bytes)
    else { return nil }
    let record = map.tenant(tenant)
    let shard = map.shard(record.shard)
    if record.generation != target.generation || shard.epoch != target.epoch {
      return .tenantMoved
    }
    let mode = resolver.mode(of: tenant, map: map, health: health, now: kernel.now)
    guard mode.mode != .paused, mode.refusesWrites != target.isReadOnly else { return nil }
    // A replica takes no writes in any mode; but those who asked for a primary are to get one again.
    let tier = target.tier ?? map.policy(record.policy).tier
    let isOnPrimary = target.slot == health.slot(of: shard.primary)
    let wantsPrimary = target.isReadOnly && (tier == .strong || tier == .session)
    return isOnPrimary || wantsPrimary ? .modeChanged : nil
  }

  private mutating func beginMove(_ handle: SlabHandle, _ cause: MoveCause) {
    sessions[handle].moveCause = cause
    sessions[handle].moveDeadline = kernel.now.advanced(by: context.settings.timeouts.move)
    movingCount += 1
    endsAtBoundaries = true
    guard sessions[handle].phase == .relaying else { return }
    if sessions[handle].watch == nil, !sessions[handle].isHalfOver { setIdleDeadline(handle) }
    sayGoodbyeIfIdle(handle)
  }

  /// A session is over, or is where it belongs.
  mutating func endMove(_ handle: SlabHandle) {
    guard sessions[handle].moveDeadline != nil else { return }
    sessions[handle].moveDeadline = nil
    movingCount -= 1
    endsAtBoundaries = acceptsNobody || movingCount > 0
  }

  /// The time to be moved is over: the session is told if the server is not in the middle of saying
  /// something, and ends in any case.
  mutating func moveByForce(_ handle: SlabHandle) {
    context.report.counters.add(.sessionsMovedByForce)
    if sessions[handle].isBetweenAnswers {
      sayGoodbye(handle, sessions[handle].moveCause.refusal)
    } else {
      end(handle)
    }
  }
}
