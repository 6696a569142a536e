import Routing
import ShardMap
import Telemetry
import Uring
import Wire

/// Reaching the instance that a session was routed to, and the next one where it doesn't answer.
extension Worker where K: ~Copyable {
  /// Makes the socket for the session's target; connecting is asked for with the next reconcile.
  mutating func connect(_ handle: SlabHandle) {
    let socket = kernel.openSocket(for: sessions[handle].target!.address)
    guard socket >= 0 else { return connectFailed(-socket, handle) }
    sessions[handle].server = socket
    let attempt = kernel.now.advanced(by: context.settings.timeouts.connect)
    timers.set(handle.index, to: min(attempt, loginDeadline(handle)))
  }

  mutating func connectCompleted(_ result: Int32, _ handle: SlabHandle) {
    guard result == 0 else {
      return connectFailed(result == -Errno.cancelled ? Errno.timedOut : -result, handle)
    }
    let target = sessions[handle].target!
    if sessions[handle].moveDeadline != nil { return leaveUnused(handle) }
    if sessions[handle].relay != nil { context.report.counters.add(.relayed) }
    if let slot = target.slot {
      instanceReached(slot, since: target.startedAt)
      context.report.counters.add(.routed)
    }
    timers.set(handle.index, to: loginDeadline(handle))
    let announcement = announcement(handle)
    if sessions[handle].greeting.promisedTLS || encryptsServers(handle) {
      let request = announcement + ServerStartup.sslRequest
      sessions[handle].login.requestCount = request.count
      fillLoginBuffer(handle, request, at: Self.answerOffset)
      sessions[handle].moveOn(.reachedForTLS)
    } else if putInFront(announcement, handle) {
      sessions[handle].moveOn(.reached)
    } else {
      let count = sessions[handle].login.count + announcement.count
      refuse(handle, .malformedStartup(.lengthOutOfRange(Int32(clamping: count))))
    }
  }

  /// An instance did not take the connection: try the next one that the tier allows, or give up.
  private mutating func connectFailed(_ errno: Int32, _ handle: SlabHandle) {
    noteConnectFailure(errno, handle)
    closeServer(handle)
    if sessions[handle].relay != nil { return relayNext(handle) }
    guard sessions[handle].target!.slot != nil else { return end(handle) }
    tryNext(handle)
  }

  private mutating func closeServer(_ handle: SlabHandle) {
    guard sessions[handle].server >= 0 else { return }
    kernel.close(sessions[handle].server)
    sessions[handle].server = -1
  }

  /// The map changed while the session was connecting: it is connected where it doesn't belong any more, and has said nothing there.
  private mutating func leaveUnused(_ handle: SlabHandle) {
    leaveInstance(handle)
    closeServer(handle)
    tryNext(handle)
  }

  /// Goes on to the next instance that the tier allows by the map in use, or gives up.
  mutating func tryNext(_ handle: SlabHandle) {
    let target = sessions[handle].target!
    do throws(Refusal) {
      guard kernel.now < loginDeadline(handle) else {
        throw .loginTimedOut(after: context.settings.timeouts.login)
      }
      guard !sessions[handle].tried.isFull else {
        throw .noHealthyInstance(tenant: target.tenant.array, tried: sessions[handle].tried.count)
      }
      let route = try resolve(handle, tenant: target.tenant.array, tier: target.tier)
      try checkPause(route, target.tenant.array)
      // The startup packet is written already.
      if let database = target.database,
        database != NameDigest.of(map.string(map.tenant(route.tenant).database))
      {
        throw .databaseRenamed(tenant: target.tenant.array)
      }
      guard target.isReadOnly == route.mode.refusesWrites else { throw .modeChanged }
      aim(handle, at: route, tenant: target.tenant.array, tier: target.tier)
      sessions[handle].moveOn(.retried)
      connect(handle)
    } catch {
      if case .noHealthyInstance = error, holdUnreached(handle) { return }
      refuse(handle, error)
    }
  }

  /// Tells health and log that an instance failed this session, and keeps the session from trying it again.
  mutating func noteConnectFailure(_ errno: Int32, _ handle: SlabHandle) {
    let target = sessions[handle].target!
    context.report.counters.add(.connectFailures)
    context.report.events.put(
      WorkerEvent(
        kind: .connectFailed(errno: errno), tenant: target.tenant.array,
        address: target.address.description))
    guard let slot = target.slot else { return }
    if !Errno.isShortage(errno), isEvidence(handle) { noteStaleRoute(handle) }
    instanceFailed(slot)
    noteEvidence()
    if !sessions[handle].tried.isFull { sessions[handle].tried.insert(slot) }
    leaveInstance(handle)
  }

  /// Takes the session off its instance's count.
  mutating func leaveInstance(_ handle: SlabHandle) {
    guard let slot = sessions[handle].target?.slot, sessions[handle].isCounted else { return }
    sessions[handle].isCounted = false
    health.end(slot)
  }
}
