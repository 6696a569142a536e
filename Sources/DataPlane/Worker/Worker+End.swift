import ShardMap
import Telemetry
import Wire

/// How sessions end: refused, told goodbye, or cut.
extension Worker where K: ~Copyable {
  /// Tells the client why not, then waits a moment for it to read that and close.
  mutating func refuse(_ handle: SlabHandle, _ refusal: Refusal) {
    let response = refusal.response
    traceError(handle, response.sqlState)
    context.report.counters.add(.refused)
    tell(.refused(sqlState: response.sqlState.description, message: response.message), handle)
    leaveInstance(handle)
    fillLoginBuffer(
      handle, sessions[handle].greeting.speaksTLS ? refusal.alert : response.encoded())
    sessions[handle].moveOn(.refused)
    timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.linger))
    lingers(handle)
  }

  /// Ends a session at once; it is given back when nothing of it is under way any more.
  mutating func end(_ handle: SlabHandle) {
    guard sessions[handle].phase != .closing else { return }
    stopWaiting(handle)
    idlers.remove(handle.index)
    sessions[handle].moveOn(.over)
    timers.clear(handle.index)
    list(handle)
  }

  /// Ends a session that relays: the client gets an error after all that the server has said, and then the end of the stream.
  mutating func sayGoodbye(_ handle: SlabHandle, _ refusal: Refusal) {
    if sessions[handle].phase.isPooled { return sayPooledGoodbye(handle, refusal) }
    stopWaiting(handle)
    traceError(handle, refusal.sqlState)
    requestEnded(handle, outcome: .failed)
    let bytes = refusal.response.encoded()
    dropBytes(handle, .upstream)
    sessions[handle].upstream.sinkBroke()
    sessions[handle].downstream.ignoreSource()
    let isKept = bytes.withUnsafeBytes {
      sessions[handle].downstream.overflow.append(
        $0.baseAddress!, count: $0.count, pool: &relayBlocks)
    }
    sessions[handle].isSayingGoodbye = true
    timers.set(handle.index, to: kernel.now.advanced(by: SessionTimeouts.linger))
    if isKept { list(handle) } else { end(handle) }
  }

  /// While stopping, and to a session that is to be moved: says goodbye if the server waits for the client and nothing is on its way.
  mutating func sayGoodbyeIfIdle(_ handle: SlabHandle) {
    guard sessions[handle].phase == .relaying, sessions[handle].isIdle else { return }
    if isToLeave(handle) {
      sayLeaving(handle)
    } else if sessions[handle].moveDeadline != nil {
      context.report.counters.add(.sessionsMoved)
      sayGoodbye(handle, sessions[handle].moveCause.refusal)
    }
  }

  /// Begins to stop a session: at once where it is idle or has said nothing yet, else when it is.
  mutating func stop(_ handle: SlabHandle) {
    switch sessions[handle].phase {
    case .relaying: sayGoodbyeIfIdle(handle)
    case .greeting where sessions[handle].login.count == 0: end(handle)
    case .parked, .queued:
      if !willDepart(handle) { sayGoodbye(handle, .stopping) }
    // The others are told, or refused, when they get that far.
    default: return
    }
  }

  /// Notes an event for the log.
  mutating func tell(_ kind: WorkerEvent.Kind, _ handle: SlabHandle) {
    let target = sessions[handle].target
    context.report.events.put(
      WorkerEvent(
        kind: kind, tenant: target?.tenant.array ?? [], address: target?.address.description,
        client: eventClient(handle)))
  }
}
