import Routing
import ShardMap
import Telemetry

/// Sessions that a new map has elsewhere: their tenant's generation or their shard's epoch is another
/// one. They are told goodbye when they are between two transactions, and cut off when they are not
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
      if let handle = sessions.currentHandle(at: index), isMisplaced(handle) { beginMove(handle) }
    }
    moveWalk = end < sessions.highWaterMark ? end : nil
  }

  /// Whether the map in use has the session elsewhere. A tenant that is gone or suspended keeps its
  /// sessions.
  private mutating func isMisplaced(_ handle: SlabHandle) -> Bool {
    switch sessions[handle].phase {
    case .connecting, .requestingTLS, .awaitingTLS, .forwarding, .relaying: break
    case .greeting, .answering, .holding, .authenticating, .parked, .queued, .lent, .refusing,
      .lingering, .closing:
      return false
    }
    guard sessions[handle].moveDeadline == nil, !sessions[handle].isSayingGoodbye,
      let target = sessions[handle].target, target.slot != nil,
      let tenant = map.tenant(id: target.tenant.array.span.bytes)
    else { return false }
    let record = map.tenant(tenant)
    return record.generation != target.generation || map.shard(record.shard).epoch != target.epoch
  }

  private mutating func beginMove(_ handle: SlabHandle) {
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
    endsAtBoundaries = isStopping || movingCount > 0
  }

  /// The time to be moved is over: the session is told if the server is not in the middle of saying
  /// something, and ends in any case.
  mutating func moveByForce(_ handle: SlabHandle) {
    context.report.counters.add(.sessionsMovedByForce)
    if sessions[handle].isBetweenAnswers { sayGoodbye(handle, .tenantMoved) } else { end(handle) }
  }
}
