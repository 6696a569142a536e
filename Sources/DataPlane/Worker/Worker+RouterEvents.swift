import Admission
import Routing
import ShardMap

/// What workers tell the control plane of by way of the sidecar: instances that are ejected, and tenants over a limit.
extension Worker where K: ~Copyable {
  /// An attempt to reach an instance has failed.
  mutating func instanceFailed(_ slot: HealthSlot) {
    let wasEjected = health[slot].isEjected(at: kernel.now)
    health.recordFailure(slot, now: kernel.now)
    guard !wasEjected, health[slot].isEjected(at: kernel.now), let named = name(of: slot) else {
      return
    }
    ejected.insert(slot)
    let nanoseconds = health[slot].ejectedUntil.nanoseconds(since: kernel.now)
    let event = context.ejections.ejected(
      named.instance, shard: named.shard, for: .nanoseconds(Int64(clamping: nanoseconds)))
    if let event { context.outbox.put(event) }
  }

  /// An attempt to reach an instance has succeeded, after so long.
  mutating func instanceReached(_ slot: HealthSlot, since began: MonotonicTime) {
    health.recordConnected(
      slot, latencyNanoseconds: kernel.now.nanoseconds(since: began), now: kernel.now)
    guard !ejected.isEmpty, ejected.remove(slot) != nil, let named = name(of: slot) else { return }
    if let event = context.ejections.readmitted(named.instance, shard: named.shard) {
      context.outbox.put(event)
    }
  }

  /// The instance of a slot by the map in use, and its shard; nil where it has left the map.
  private mutating func name(of slot: HealthSlot) -> (instance: String, shard: String)? {
    for shard in map.shardRecords {
      let replicas = (0..<Int(shard.replicaCount)).map { map.replica($0, of: shard) }
      for instance in [shard.primary] + replicas where health.slot(of: instance) == slot {
        return (map.text(map.instance(instance).id), map.text(shard.id))
      }
    }
    return nil
  }

  /// A tenant is over a limit of its own.
  mutating func tenantIsOver(_ limit: EnvelopeLimit, _ tenant: TenantSlot) {
    guard limit != .router,
      kernel.now.nanoseconds(since: delayed[tenant].toldAt) >= ThrottledTenants.look
    else { return }
    delayed[tenant].toldAt = kernel.now
    if let event = context.throttled.over(limit, tenants.name(of: tenant), now: kernel.now) {
      context.outbox.put(event)
    }
  }
}
