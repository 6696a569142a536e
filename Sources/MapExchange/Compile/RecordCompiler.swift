internal import MapDocument
public import ShardMap

/// Fills a ``ShardMap/MapBuilder`` from records in the order of their keys, so that what is referred
/// to is there first. A tenant takes its compiled record and nothing else.
public struct RecordCompiler: Sendable {
  private var map: MapBuilder
  private var regions: [String: RegionIndex] = [:]
  private var zones: [String: ZoneIndex] = [:]
  private var instances: [String: InstanceIndex] = [:]
  private var shards: [String: ShardIndex] = [:]
  private var policies: [String: PolicyIndex] = [:]
  /// Policies come before the pools that they may name, so they wait for those.
  private var waitingPolicies: [Policy] = []
  private var pools: [String: PoolIndex] = [:]

  /// A compiler for the map that `seal` seals.
  public init(seal: MapSeal) {
    map = MapBuilder(
      mapVersion: seal.mapVersion, issuedAt: seal.issuedAtMilliseconds, root: seal.root)
  }

  /// Adds the next record.
  ///
  /// - Throws: ``ExchangeError/malformed(line:reason:)`` when a field is missing, and
  ///   ``ExchangeError/invalidMap(_:)`` when it refers to what isn't there or is over a limit.
  public mutating func add(_ record: MapRecord) throws(ExchangeError) {
    let resource = try record.resource()
    if resource.key.kind > .pool { try addWaitingPolicies() }
    try Self.named(record.key) { () throws(MapBuildError) in try add(resource) }
  }

  /// Ends the map: what is to be published, once every record was added.
  ///
  /// - Throws: ``ExchangeError/invalidMap(_:)`` as ``add(_:)``.
  public mutating func finish() throws(ExchangeError) -> MapBuilder {
    try addWaitingPolicies()
    return map
  }

  private mutating func addWaitingPolicies() throws(ExchangeError) {
    for policy in waitingPolicies {
      try Self.named(ResourceKey(kind: .policy, id: policy.id)) { () throws(MapBuildError) in
        policies[policy.id] = try map.addPolicy(policy, pools: pools)
      }
    }
    waitingPolicies.removeAll()
  }

  private static func named(
    _ key: ResourceKey, _ body: () throws(MapBuildError) -> Void
  ) throws(ExchangeError) {
    do throws(MapBuildError) {
      try body()
    } catch {
      throw .invalidMap("\(key): \(error)")
    }
  }

  private mutating func add(_ resource: MapResource) throws(MapBuildError) {
    switch resource {
    case .region(let id):
      regions[id] = try map.addRegion(id: id)
    case .zone(let id, let region):
      zones[id] = try map.addZone(
        id: id, region: try Self.find(region, in: regions, "zone \(id)"))
    case .instance(let instance):
      try add(instance)
    case .shard(let shard):
      try add(shard)
    case .policy(let policy):
      waitingPolicies.append(policy)
    case .pool(let pool):
      pools[pool.id] = try map.addPool(pool)
    case .tenant(let tenant):
      try add(tenant)
    }
  }

  private mutating func add(_ instance: Instance) throws(MapBuildError) {
    guard let address = SocketAddress(instance.address) else {
      throw .badName(instance.address)
    }
    instances[instance.id] = try map.addInstance(
      id: instance.id, zone: try Self.find(instance.zone, in: zones, "instance \(instance.id)"),
      address: address)
  }

  private mutating func add(_ shard: Shard) throws(MapBuildError) {
    let name = "shard \(shard.id)"
    var replicas: [InstanceIndex] = []
    for replica in shard.replicas {
      replicas.append(try Self.find(replica, in: instances, name))
    }
    shards[shard.id] = try map.addShard(
      id: shard.id, epoch: shard.epoch, mode: shard.mode,
      modeUntilMilliseconds: shard.modeUntil.modeEndMilliseconds, modeCause: shard.modeCause,
      primary: try Self.find(shard.primary, in: instances, name), replicas: replicas)
  }

  private mutating func add(_ tenant: Tenant) throws(MapBuildError) {
    guard let shard = shards[tenant.shard], let policy = policies[tenant.policy],
      let pool = pools[tenant.pool]
    else { throw .danglingIndex("tenant \(tenant.id)") }
    try map.addTenant(
      id: tenant.id, database: tenant.database, shard: shard, policy: policy, pool: pool,
      generation: tenant.generation, state: tenant.state, mode: tenant.mode,
      modeUntilMilliseconds: tenant.modeUntil.modeEndMilliseconds)
  }

  private static func find<Index>(
    _ id: String, in table: [String: Index], _ name: String
  ) throws(MapBuildError) -> Index {
    guard let index = table[id] else { throw .danglingIndex(name) }
    return index
  }
}
