public import ShardMap

/// A map of any size for measuring: a thousand tenants a shard, and each shard has a replica.
public enum GeneratedMap {
  /// A map of tenants 0..<`tenants`.
  public static func builder(tenants: Int) throws(MapBuildError) -> MapBuilder {
    var map = MapBuilder(mapVersion: 1, issuedAt: 0)
    let region = try map.addRegion(id: "region")
    let zone = try map.addZone(id: "zone", region: region)
    let policy = try map.addPolicy(id: "standard", tier: .strong)
    let pool = try map.addPool(id: "shared", dedicated: false)
    var shards: [ShardIndex] = []
    for number in 0..<max(1, tenants / 1_000) {
      let address = SocketAddress(ipv4: 0x0a00_0000 + UInt32(number), port: 5432)
      let primary = try map.addInstance(id: "i\(number)-a", zone: zone, address: address)
      let replica = try map.addInstance(id: "i\(number)-b", zone: zone, address: address)
      shards.append(
        try map.addShard(id: "s\(number)", epoch: 1, primary: primary, replicas: [replica]))
    }
    map.reserveTenants(tenants)
    for number in 0..<tenants {
      try map.addTenant(
        id: id(number), shard: shards[number % shards.count], policy: policy, pool: pool,
        generation: 1)
    }
    return map
  }

  /// The id of a tenant.
  public static func id(_ number: Int) -> String { "tenant-\(number)" }

  /// A patch that moves a tenant to another shard of a map of this many tenants.
  public static func moving(
    _ number: Int, of tenants: Int, mapVersion: UInt64
  ) -> MapPatch {
    var patch = MapPatch(mapVersion: mapVersion, issuedAt: 0)
    patch.upsertTenant(
      id: id(number), shard: "s\((number + 1) % max(1, tenants / 1_000))", policy: "standard",
      pool: "shared", generation: mapVersion)
    return patch
  }
}
