import Pooling
import Routing
import ShardMap

/// What `SHOW shardway.route` answers: where this transaction is, and why.
extension Worker where K: ~Copyable {
  func route(of link: SlabHandle, _ handle: SlabHandle) -> [(name: String, value: String?)] {
    guard let route = pooledClients[handle.index].lastRoute,
      pools[links[link].pool].slot == route.slot
    else { return [("instance", nil)] }
    let instance = instance(at: pools[links[link].pool].address)
    return [
      ("instance", instance.map { map.text($0.id) }),
      ("zone", instance.map { map.text(map.zone($0.zone).id) }),
      ("tier_asked", (route.tierAsked ?? route.tier).name),
      ("tier", route.tier.name),
      ("lag_bound_ms", route.provenLagNanoseconds.map { "\(($0 + 999_999) / 1_000_000)" }),
      ("sample_age_ms", route.sampleAgeNanoseconds.map { "\($0 / 1_000_000)" }),
      ("map_version", "\(map.header.mapVersion)"),
      ("reason", route.reason.name),
    ]
  }

  /// The instance that has this address by the map in use.
  private func instance(at address: SocketAddress) -> InstanceRecord? {
    for number in 0..<map.counts.instances {
      let instance = map.instance(InstanceIndex(UInt32(number)))
      if instance.address == address { return instance }
    }
    return nil
  }
}
