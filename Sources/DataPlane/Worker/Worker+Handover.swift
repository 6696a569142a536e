import Routing
import ShardMap
import Telemetry
import Wire

/// Sessions of tenants whose label has workers of its own: the worker that accepted a client hands it over as soon as it knows the tenant.
///
/// The shared workers alone listen. What a client has sent so far goes with it and is read again there; here the session ends without its
/// connection being closed. A label that has no workers is served by the shared ones.
extension Worker where K: ~Copyable {
  /// Hands a session to the least loaded worker of its tenant's label; false where it is to stay.
  mutating func handOver(_ handle: SlabHandle, _ tenant: [UInt8]) -> Bool {
    // By a map of which this worker doesn't know yet, or not any more, an adopted one belongs here.
    guard context.hasDedicatedWorkers, !isStopping, !sessions[handle].isAdopted,
      let worker = dedicatedWorker(of: tenant)
    else { return false }
    if sessions[handle].isClientEncrypted { return handOverInside(handle, tenant, to: worker) }
    let count = sessions[handle].login.count
    let bytes = RawSpan(_unsafeStart: loginBytes(handle), byteCount: count)
    let handed = HandedSession(
      client: sessions[handle].client, listener: sessions[handle].listener,
      acceptedAt: sessions[handle].acceptedAt, origin: sessions[handle].origin,
      proxied: proxiedTenants[handle.index], greeting: sessions[handle].greeting,
      bytes: bytes.copy(of: 0..<count))
    guard pass(handed, to: worker) else { return false }
    sessions[handle].isHandedOver = true
    end(handle)
    return true
  }

  /// Gives a session to another worker; false when that has ended: it does so first where all drain.
  mutating func pass(_ handed: HandedSession, to worker: Int) -> Bool {
    // It counts from now on, so that many at once don't all go to the same worker.
    context.loads[worker].add()
    guard context.peers[worker].post(.session(handed)) else {
      context.loads[worker].remove()
      return false
    }
    context.report.counters.add(.sessionsHandedOver)
    return true
  }

  /// The worker that a tenant's next session goes to; nil where the shared ones serve it.
  private mutating func dedicatedWorker(of tenant: [UInt8]) -> Int? {
    let map = map
    guard let index = map.tenant(id: tenant.span.bytes),
      let label = map.policy(map.tenant(index).policy).label
    else { return nil }
    let group = context.groups.number(ofLabel: map.string(label))
    guard group != context.group else { return nil }
    return context.groups.groups[group].workers.min {
      context.loads[$0].sessions < context.loads[$1].sessions
    }
  }

  /// Goes on with a session that another worker has accepted.
  mutating func adopt(_ handed: HandedSession) {
    guard !isStopping,
      let handle = openSession(client: handed.client, listener: handed.listener, isInLoad: true)
    else {
      context.load.remove()
      return kernel.close(handed.client)
    }
    context.report.counters.add(.sessionsAdopted)
    sessions[handle].isAdopted = true
    sessions[handle].acceptedAt = handed.acceptedAt
    if let encryption = handed.encryption { handedEncryptions[handle.index] = encryption }
    sessions[handle].origin = handed.origin
    if let proxied = handed.proxied { proxiedTenants[handle.index] = proxied }
    sessions[handle].greeting = handed.greeting
    fillLoginBuffer(handle, handed.bytes)
    timers.set(handle.index, to: loginDeadline(handle))
    readGreeting(handle)
  }
}
