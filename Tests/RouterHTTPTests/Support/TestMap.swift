import Files
import ShardMap

/// A compiled map of some shards with a primary each, and tenants spread over them.
enum TestMap {
  static func compiled(
    shards: Int, tenants: Int = 1, port: UInt16 = 5432, shardName: (Int) -> String = { "s\($0)" }
  ) throws -> CompiledMap {
    var map = MapBuilder(mapVersion: 7, issuedAt: 1_000)
    let region = try map.addRegion(id: "local")
    let zone = try map.addZone(id: "local-a", region: region)
    var indices: [ShardIndex] = []
    for number in 0..<shards {
      let primary = try map.addInstance(
        id: "i\(number)", zone: zone,
        address: SocketAddress(ipv4: 0x7F00_0001 + UInt32(number), port: port))
      indices.append(try map.addShard(id: shardName(number), epoch: 1, primary: primary))
    }
    let policy = try map.addPolicy(id: "standard", tier: .strong)
    let pool = try map.addPool(id: "shared", dedicated: false)
    for number in 0..<tenants {
      try map.addTenant(
        id: "t\(number)", shard: indices[number % shards], policy: policy, pool: pool,
        generation: 1)
    }
    let folder = try FreshFolder("shardway-http")
    return try withExtendedLifetime(folder) {
      try map.publish(to: folder["map"])
      return try CompiledMap.open(path: folder["map"])
    }
  }
}
