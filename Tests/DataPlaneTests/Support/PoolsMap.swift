import ShardMap

/// A compiled map of pools, and tenants in them on one shard with one instance.
struct PoolsMap {
  struct Pool {
    var id: String
    var dedicated = false
    var foreign = ForeignTenants.refuse
    var routers: [String] = []
    var routersPerTenant: UInt16 = 0
    /// Ports on loopback.
    var ports: [UInt16] = []
  }
  struct Tenant {
    var id: String
    var pool: String
    var label: String?
    var state = TenantState.active
  }

  var pools: [Pool]
  var tenants: [Tenant]
  var serverPort: UInt16 = 5432
  var version: UInt64 = 1
  var freshness = FreshnessRules.standard
  var envelope = Envelope.unlimited
  /// When the tenants are hot, and the pool that they then go to.
  var hotTenant: (rules: HotTenantRules, quarantine: String?)?

  func compiled() throws -> CompiledMap {
    let folder = try TemporaryFolder()
    try publish(to: folder.map)
    return try CompiledMap.open(path: folder.map)
  }

  func publish(to path: String) throws {
    var map = MapBuilder(mapVersion: version, issuedAt: 0)
    let zone = try map.addZone(id: "local-a", region: try map.addRegion(id: "local"))
    let instance = try map.addInstance(id: "s1-a", zone: zone, address: .loopback(serverPort))
    let shard = try map.addShard(id: "s1", epoch: 1, primary: instance)
    var indices: [String: PoolIndex] = [:]
    for pool in pools {
      indices[pool.id] = try map.addPool(
        id: pool.id, dedicated: pool.dedicated, foreign: pool.foreign, routers: pool.routers,
        routersPerTenant: pool.routersPerTenant, addresses: pool.ports.map { .loopback($0) })
    }
    var hot = hotTenant?.rules
    hot?.quarantinePool = hotTenant?.quarantine.flatMap { indices[$0] }
    for tenant in tenants {
      let policy = try map.addPolicy(
        id: "of-\(tenant.id)", tier: .strong, freshness: freshness, envelope: envelope,
        hotTenant: hot,
        label: tenant.label)
      try map.addTenant(
        id: tenant.id, shard: shard, policy: policy, pool: indices[tenant.pool]!, generation: 1,
        state: tenant.state)
    }
    try map.publish(to: path)
  }
}

extension SocketAddress {
  /// A port on 127.0.0.1.
  static func loopback(_ port: UInt16) -> SocketAddress {
    SocketAddress(ipv4: 0x7F00_0001, port: port)
  }
}
