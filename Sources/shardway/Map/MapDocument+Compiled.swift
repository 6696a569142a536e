import MapDocument
import ShardMap

extension MapDocument {
  /// What a compiled map says, as a document. Compiling it gives the map again, but for the root.
  init(_ map: CompiledMap) {
    let zones = (0..<map.counts.zones).map { map.zone(ZoneIndex(UInt16($0))) }
    let zoneNames = zones.map { map.text($0.id) }
    let instances = (0..<map.counts.instances).map { map.instance(InstanceIndex(UInt32($0))) }
    let instanceNames = instances.map { map.text($0.id) }
    let shards = (0..<map.counts.shards).map { map.shard(ShardIndex(UInt32($0))) }
    // Names are read once, so that a million tenants share them.
    let shardNames = shards.map { map.text($0.id) }
    let policies = (0..<map.counts.policies).map { map.policy(PolicyIndex(UInt16($0))) }
    let policyNames = policies.map { map.text($0.id) }
    let pools = (0..<map.counts.pools).map { map.pool(PoolIndex(UInt16($0))) }
    let poolNames = pools.map { map.text($0.id) }
    self.init(
      mapVersion: map.header.mapVersion,
      issuedAt: IssueTime(millisecondsSince1970: map.header.issuedAt),
      topology: Topology(
        regions: (0..<map.counts.regions).map { place in
          Region(
            id: map.text(map.region(RegionIndex(UInt16(place))).id),
            zones: zones.indices.filter { Int(zones[$0].region.rawValue) == place }
              .map { zoneNames[$0] })
        },
        instances: instances.indices.map { place in
          Instance(
            id: instanceNames[place], zone: zoneNames[Int(instances[place].zone.rawValue)],
            address: instances[place].address.description)
        }),
      shards: shards.indices.map { place in
        let shard = shards[place]
        return Shard(
          id: shardNames[place], epoch: shard.epoch, mode: shard.mode,
          primary: instanceNames[Int(shard.primary.rawValue)],
          replicas: map.replicas(of: shard).map { instanceNames[Int($0.rawValue)] })
      },
      policies: policies.indices.map { place in
        Policy(policies[place], id: policyNames[place])
      },
      pools: pools.indices.map { Pool(id: poolNames[$0], dedicated: pools[$0].dedicated) },
      tenants: map.tenants.map { index in
        let tenant = map.tenant(index)
        return Tenant(
          id: map.text(tenant.id), generation: tenant.generation,
          shard: shardNames[Int(tenant.shard.rawValue)], database: map.text(tenant.database),
          pool: poolNames[Int(tenant.pool.rawValue)],
          policy: policyNames[Int(tenant.policy.rawValue)], state: tenant.state)
      })
  }
}

extension Policy {
  fileprivate init(_ record: PolicyRecord, id: String) {
    self.init(
      id: id, tier: record.tier, readTier: record.readTier, pooling: record.pooling,
      freshness: record.freshness, boundedFallback: record.boundedFallback,
      primaryReadBudgetPercent: Int(record.primaryReadBudgetPercent))
  }
}
