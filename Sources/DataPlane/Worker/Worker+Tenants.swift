import Admission
import Routing
import ShardMap
import Telemetry

/// Whose sessions they are: each holds a place in the worker's table of tenants.
extension Worker where K: ~Copyable {
  // MARK: Sessions

  /// A session is routed for the first time: it is one of its tenant's from now on.
  ///
  /// - Throws: when its tenant has too many, or comes too often.
  mutating func joinTenant(
    _ handle: SlabHandle, _ route: Route, _ name: [UInt8]
  ) throws(Refusal) {
    guard sessions[handle].tenant == nil else { return }
    let envelope = map.policy(map.tenant(route.tenant).policy).envelope
    let tenant = tenants.join(
      name.span.bytes, envelope: envelope, use: route.envelope, now: kernel.now)
    sessions[handle].tenant = tenant
    noteEnvelope(envelope, handle)
    giveBackLater()
    try admitConnection(tenant, handle, name)
  }

  /// A session that another process has let in is one of its tenant's here, however many that has.
  mutating func rejoinTenant(_ handle: SlabHandle, _ index: TenantIndex, _ name: [UInt8]) {
    let policy = map.policy(map.tenant(index).policy)
    let use = EnvelopeUse(freshness.standing(of: .envelope, policy.freshness))
    let tenant = tenants.join(
      name.span.bytes, envelope: policy.envelope, use: use, now: kernel.now)
    sessions[handle].tenant = tenant
    noteEnvelope(policy.envelope, handle)
    giveBackLater()
    tenants.addConnection(tenant)
    sessions[handle].envelope.isConnectionCounted = true
  }

  /// A session is given back, and all that it has taken of its tenant's envelope.
  mutating func leaveTenant(_ handle: SlabHandle) {
    guard let tenant = sessions[handle].tenant else { return }
    stopDelay(handle)
    endCounting(handle)
    if sessions[handle].envelope.isConnectionCounted { tenants.connectionEnded(tenant) }
    tenants.leave(tenant, now: kernel.now)
    sessions[handle].tenant = nil
    giveBackLater()
  }

  private mutating func admitConnection(
    _ tenant: TenantSlot, _ handle: SlabHandle, _ name: [UInt8]
  ) throws(Refusal) {
    switch tenants.admitConnection(tenant, now: kernel.now) {
    case .admitted:
      sessions[handle].envelope.isConnectionCounted = true
    case .tooFast(let until):
      noteRefused(.attempts)
      tenantIsOver(.attempts, tenant)
      throw .tooManyAttempts(
        tenant: name, retryMilliseconds: RetryHint.milliseconds(from: kernel.now, to: until))
    case .tooMany(let limit):
      noteRefused(.clientConnections)
      tenantIsOver(.clientConnections, tenant)
      throw .tooManyOfTenant(tenant: name, limit: limit)
    }
  }

  // MARK: What is in force

  /// Looks up what the session's tenant may do by the map in use, unless that was done lately.
  mutating func reviewEnvelope(_ handle: SlabHandle) {
    guard
      sessions[handle].envelope.edition != envelopeEdition
        || kernel.now >= sessions[handle].envelope.reviewAt
    else { return }
    // A tenant that the map has no more keeps what it had.
    guard let tenant = sessions[handle].tenant, let name = sessions[handle].target?.tenant,
      let index = map.tenant(id: name.array.span.bytes)
    else {
      return sessions[handle].envelope.keep(edition: envelopeEdition, reviewAt: nextReview)
    }
    let policy = map.policy(map.tenant(index).policy)
    let use = EnvelopeUse(freshness.standing(of: .envelope, policy.freshness))
    tenants.adapt(tenant, to: policy.envelope, use: use, now: kernel.now)
    noteEnvelope(policy.envelope, handle)
  }

  private mutating func noteEnvelope(_ envelope: Envelope, _ handle: SlabHandle) {
    sessions[handle].envelope.take(
      envelope, edition: envelopeEdition, reviewAt: nextReview)
  }

  private var nextReview: MonotonicTime {
    mutating get { kernel.now.advanced(by: EnvelopeLimits.review) }
  }

  // MARK: Chores

  /// Something of a tenant's is held from now on that may have to be given back.
  mutating func giveBackLater() {
    let due = kernel.now.advanced(byNanoseconds: EnvelopeLimits.giveBackNanoseconds)
    if let giveBackDue, giveBackDue <= due { return }
    giveBackDue = due
    choresDue = min(choresDue ?? due, due)
  }

  /// Gives back what tenants don't use; a slice a turn.
  mutating func giveBackUnused() {
    guard let due = giveBackDue else { return }
    if kernel.now >= due { giveBackDue = tenants.giveBack(now: kernel.now) }
    if let next = giveBackDue { choresDue = min(choresDue ?? next, next) }
  }
}
