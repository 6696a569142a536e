import ShardMap

/// A compiled map of some shards and their instances, without tenants. An instance is written as `id` or `id:port`.
struct ShardsMap {
  struct Shard {
    var id = "s1"
    var primary: String
    var replicas: [String] = []
  }

  var shards: [Shard]
  /// Instances of no shard, which come first.
  var spares: [String] = []
  var version: UInt64 = 1

  func compiled() throws -> CompiledMap {
    var map = MapBuilder(mapVersion: version, issuedAt: 0)
    let region = try map.addRegion(id: "local")
    let zone = try map.addZone(id: "local-a", region: region)
    var indices: [String: InstanceIndex] = [:]
    for name in spares + shards.flatMap({ [$0.primary] + $0.replicas }) {
      let parts = name.split(separator: ":")
      indices[name] = try map.addInstance(
        id: String(parts[0]), zone: zone,
        address: SocketAddress(
          ipv4: 0x7F00_0001, port: parts.count > 1 ? UInt16(parts[1])! : 5432))
    }
    for shard in shards {
      _ = try map.addShard(
        id: shard.id, epoch: 1, primary: indices[shard.primary]!,
        replicas: shard.replicas.map { indices[$0]! })
    }
    let folder = try TemporaryFolder()
    try map.publish(to: folder.map)
    return try CompiledMap.open(path: folder.map)
  }
}

extension CompiledMap {
  /// The index of an instance that is there.
  func instance(named id: String) -> InstanceIndex { instance(id: id)! }
}
