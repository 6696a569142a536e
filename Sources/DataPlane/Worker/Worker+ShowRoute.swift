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
      ("tier", route.tier.name),
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
