import Admission
import Routing
import ShardMap
import Telemetry

/// Work of tenants inside their envelopes: what may begin now, and what is counted as under way.
///
/// A transaction is counted when its session may borrow a server connection, until it has given that back. One that may not begin yet
/// waits in the worker's queue of delayed ones (`Worker+Delay`). What a tenant does that nothing limits is not even asked for: that costs
/// one comparison.
extension Worker where K: ~Copyable {
  // MARK: Beginning

  /// Whether the next transaction of a session that shares servers may begin now: then it is counted. If not, the session waits.
  @inline(__always)
  mutating func mayBegin(_ handle: SlabHandle) -> Bool {
    if overload == .delay, waitsForTurn(handle) { return false }
    return isUnlimited(handle) || mayBeginLimited(handle)
  }

  @inline(__always)
  private mutating func isUnlimited(_ handle: SlabHandle) -> Bool {
    sessions[handle].envelope.unlimitedEdition == envelopeEdition
  }

  private mutating func mayBeginLimited(_ handle: SlabHandle) -> Bool {
    guard !sessions[handle].envelope.isTransactionCounted, let tenant = sessions[handle].tenant
    else { return true }
    reviewEnvelope(handle)
    guard isLimited(handle) else { return true }
    guard admit(handle, tenant, orDelay: .beginning) else { return false }
    sessions[handle].envelope.isTransactionCounted = true
    return true
  }

  /// Whether work of the session's tenant is limited at all.
  @inline(__always)
  mutating func isLimited(_ handle: SlabHandle) -> Bool {
    sessions[handle].envelope.unlimitedEdition != envelopeEdition
  }

  /// Asks for a transaction of a tenant; without one the session waits. Those of the tenant that wait already come first.
  private mutating func admit(
    _ handle: SlabHandle, _ tenant: TenantSlot, orDelay kind: SessionEnvelope.Delay
  ) -> Bool {
    guard delayed[tenant].count == 0 else {
      join(handle, tenant, kind)
      return false
    }
    giveBackLater()
    switch tenants.admitTransaction(tenant, now: kernel.now) {
    case .admitted: return true
    case .overRate(let until): delay(handle, kind, .rate, ready: until)
    case .tooManyInFlight: delay(handle, kind, .serverConnections, ready: nextRetry)
    }
    return false
  }

  /// When work is tried again that waits for others' transactions to end.
  var nextRetry: MonotonicTime {
    mutating get { kernel.now.advanced(byNanoseconds: EnvelopeLimits.retryNanoseconds) }
  }

  // MARK: Ending

  /// The session's transaction, if one is counted, is over.
  @inline(__always)
  mutating func endCounting(_ handle: SlabHandle) {
    if sessions[handle].envelope.isTransactionCounted { endCounted(handle) }
  }

  private mutating func endCounted(_ handle: SlabHandle) {
    guard let tenant = sessions[handle].tenant else { return }
    sessions[handle].envelope.isTransactionCounted = false
    tenants.transactionEnded(tenant)
    // What it had is another worker's when this one goes quiet.
    giveBackLater()
    guard delayed[tenant].count > 0, delayed[tenant].limit == .serverConnections else { return }
    delayed[tenant].ready = kernel.now
    fairQueue.setReady(tenant, at: kernel.now)
  }

  // MARK: After the fact

  /// A session that has a server for itself has run a transaction: if that was one too many, its client is not read for a while.
  ///
  /// Where no message is looked into, transactions whose answers come together are one.
  @inline(__always)
  mutating func countTransaction(_ handle: SlabHandle) {
    if isLimited(handle) { countLimited(handle) }
  }

  private mutating func countLimited(_ handle: SlabHandle) {
    guard let tenant = sessions[handle].tenant else { return }
    guard !sessions[handle].envelope.isDelayed else {
      sessions[handle].envelope.hasUncounted = true
      return
    }
    sessions[handle].envelope.hasUncounted = false
    reviewEnvelope(handle)
    guard isLimited(handle) else { return }
    endCounting(handle)
    if admit(handle, tenant, orDelay: .resting) { countAfterTheFact(handle) }
  }

  /// A transaction was admitted that has run already. What is pinned to a server that others could have keeps it counted.
  mutating func countAfterTheFact(_ handle: SlabHandle) {
    sessions[handle].envelope.isTransactionCounted = true
    if sessions[handle].phase != .lent { endCounting(handle) }
  }

  // MARK: Bytes

  /// Bytes of a session were received that go in a direction.
  @inline(__always)
  mutating func charge(_ count: Int, _ handle: SlabHandle, _ direction: Direction) {
    if isLimited(handle) { chargeLimited(count, handle, direction) }
  }

  private mutating func chargeLimited(_ count: Int, _ handle: SlabHandle, _ direction: Direction) {
    guard let tenant = sessions[handle].tenant else { return }
    reviewEnvelope(handle)
    guard sessions[handle].envelope.limitsBytes else { return }
    tenants.charge(
      tenant, bytesIn: direction == .upstream ? count : 0,
      bytesOut: direction == .downstream ? count : 0, now: kernel.now)
    guard !sessions[handle].envelope.isDelayed, hasServer(handle),
      let until = tenants.pause(tenant, now: kernel.now)
    else { return }
    delay(handle, .restingForBytes(direction), .bytes, ready: until)
  }

  /// Whether a server works for the session, so that bytes come that nobody has to ask for.
  private mutating func hasServer(_ handle: SlabHandle) -> Bool {
    switch sessions[handle].phase {
    case .relaying, .lent: !sessions[handle].isSayingGoodbye
    default: false
    }
  }
}
