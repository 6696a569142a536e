import Admission
import Routing
import Telemetry

/// Sessions that wait because their tenants are over a limit.
///
/// Tenants take turns by their weights, and the sessions of one go on in the order in which they came. None waits for longer than its
/// policy lets it: then what would begin is refused, and what rests goes on.
extension Worker where K: ~Copyable {
  // MARK: Waiting

  /// Has a session wait for its tenant, which may go on at a time.
  mutating func delay(
    _ handle: SlabHandle, _ delay: SessionEnvelope.Delay, _ limit: EnvelopeLimit,
    ready: MonotonicTime
  ) {
    guard let tenant = sessions[handle].tenant else { return }
    tenantIsReady(tenant, limit, at: ready)
    join(handle, tenant, delay)
    sessions[handle].envelope.wasAsked = true
  }

  /// Has a session wait behind others of its tenant.
  mutating func join(
    _ handle: SlabHandle, _ tenant: TenantSlot, _ delay: SessionEnvelope.Delay
  ) {
    let limit = delayed[tenant].limit
    context.report.counters.add(limit.hits)
    sessions[handle].envelope.delay = delay
    sessions[handle].envelope.delayBegan = kernel.now
    sessions[handle].envelope.wasAsked = false
    switch delay {
    case .none: return
    case .beginning:
      if sessions[handle].phase == .parked { sessions[handle].moveOn(.queued) }
      timers.clear(handle.index)
    case .resting: sessions[handle].upstream.rest()
    case .restingForBytes(let direction): sessions[handle][direction].rest()
    }
    list(handle)
    if delayed[tenant].count == 0 { delayed[tenant].since = kernel.now }
    tenantIsOver(limit, tenant)
    delayed[tenant].count += 1
    enqueue(handle, tenant)
  }

  private mutating func enqueue(
    _ handle: SlabHandle, _ tenant: TenantSlot, isRetry: Bool = false
  ) {
    let envelope = sessions[handle].envelope
    fairQueue.push(
      session: handle.index, tenant: tenant, weight: envelope.weight, priority: envelope.priority,
      ready: delayed[tenant].ready,
      deadline: envelope.delayBegan.advanced(byNanoseconds: envelope.maxDelayNanoseconds),
      now: kernel.now, isRetry: isRetry)
  }

  /// It is known when a tenant may go on.
  private mutating func tenantIsReady(
    _ tenant: TenantSlot, _ limit: EnvelopeLimit, at ready: MonotonicTime
  ) {
    let soonest = kernel.now.advanced(byNanoseconds: EnvelopeLimits.shortestWaitNanoseconds)
    delayed[tenant].limit = limit
    delayed[tenant].ready = max(ready, soonest)
    if delayed[tenant].count > 0 { fairQueue.setReady(tenant, at: delayed[tenant].ready) }
  }

  /// Takes a session out of the queue of delayed ones, if it waits there.
  @inline(__always)
  mutating func stopDelay(_ handle: SlabHandle) {
    if sessions[handle].envelope.isDelayed { leaveQueue(handle) }
  }

  private mutating func leaveQueue(_ handle: SlabHandle) {
    _ = fairQueue.remove(session: handle.index)
    sessions[handle].envelope.hasUncounted = false
    endDelay(handle)
  }

  /// A session is in the queue no more.
  mutating func endDelay(_ handle: SlabHandle) {
    guard let tenant = sessions[handle].tenant else { return }
    let waited = kernel.now.nanoseconds(since: sessions[handle].envelope.delayBegan)
    context.report.counters.add(.workDelayed)
    context.report.counters.add(.delayMicroseconds, waited / 1000)
    sessions[handle].envelope.delay = .none
    for direction in Direction.allCases { sessions[handle][direction].listen() }
    if sessions[handle].phase == .relaying || sessions[handle].phase.isPooled { list(handle) }
    delayed[tenant].count -= 1
  }

  // MARK: Going on

  /// Lets those go on whose tenants may, and those that have waited for as long as they may.
  mutating func serveDelayed() {
    while mayServeNext(), let slot = fairQueue.next(now: kernel.now) {
      takeTurn(slot, isLate: false)
    }
    while let slot = fairQueue.nextExpired(now: kernel.now) { takeTurn(slot, isLate: true) }
  }

  private mutating func takeTurn(_ slot: UInt32, isLate: Bool) {
    guard let handle = sessions.currentHandle(at: Int(slot)), let tenant = sessions[handle].tenant
    else { preconditionFailure("a session that is gone waits for its tenant") }
    if case .restingForBytes(let direction) = sessions[handle].envelope.delay {
      return bytesTurn(handle, tenant, direction, isLate: isLate)
    }
    if isLate, overload == .delay { return waitedForTurn(handle) }
    giveBackLater()
    let admission = tenants.admitTransaction(
      tenant, now: kernel.now, isRetry: sessions[handle].envelope.wasAsked)
    sessions[handle].envelope.wasAsked = true
    switch admission {
    case .admitted:
      let delay = sessions[handle].envelope.delay
      endDelay(handle)
      noteTurn()
      goOn(handle, delay)
    case .overRate(let until) where !isLate: waitOn(handle, tenant, .rate, ready: until)
    case .tooManyInFlight where !isLate:
      waitOn(handle, tenant, .serverConnections, ready: nextRetry)
    case .overRate, .tooManyInFlight: waitedForTenant(handle, tenant, admission)
    }
  }

  /// A session's turn came too early: others have taken what it was to get. It stays before those of its tenant that came later.
  private mutating func waitOn(
    _ handle: SlabHandle, _ tenant: TenantSlot, _ limit: EnvelopeLimit, ready: MonotonicTime
  ) {
    tenantIsReady(tenant, limit, at: ready)
    enqueue(handle, tenant, isRetry: true)
  }

  private mutating func goOn(_ handle: SlabHandle, _ delay: SessionEnvelope.Delay) {
    switch delay {
    case .beginning:
      sessions[handle].envelope.isTransactionCounted = true
      beginTransaction(handle)
    case .resting:
      countAfterTheFact(handle)
      readOn(handle)
    case .none, .restingForBytes: return
    }
  }

  /// A session rests no more: what has come from its client meanwhile is read.
  mutating func readOn(_ handle: SlabHandle) {
    guard sessions[handle].phase == .lent, !pooledClients[handle.index].unread.isEmpty else {
      return
    }
    readUnread(handle)
  }

  private mutating func bytesTurn(
    _ handle: SlabHandle, _ tenant: TenantSlot, _ direction: Direction, isLate: Bool
  ) {
    if !isLate, let until = tenants.pause(tenant, now: kernel.now) {
      return waitOn(handle, tenant, .bytes, ready: until)
    }
    endDelay(handle)
    if sessions[handle].envelope.hasUncounted { countTransaction(handle) }
  }

  /// A session has waited for its tenant for as long as its policy lets it.
  private mutating func waitedForTenant(
    _ handle: SlabHandle, _ tenant: TenantSlot, _ admission: TransactionAdmission
  ) {
    let waits = sessions[handle].envelope.delay == .beginning
    endDelay(handle)
    guard waits else { return readOn(handle) }
    switch admission {
    case .admitted: preconditionFailure("what may go on is not refused")
    case .overRate(let until):
      noteRefused(.rate, isNew: false)
      refuseWork(
        handle,
        .overRate(
          tenant: tenants.name(of: tenant),
          retryMilliseconds: RetryHint.milliseconds(from: kernel.now, to: until)))
    case .tooManyInFlight:
      noteRefused(.serverConnections, isNew: false)
      let limit = Duration.nanoseconds(sessions[handle].envelope.maxDelayNanoseconds)
      refuseWork(handle, .tooManyInFlight(tenant: tenants.name(of: tenant), after: limit))
    }
  }
}
