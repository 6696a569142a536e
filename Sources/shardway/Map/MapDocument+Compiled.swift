import MapDocument
import ShardMap

extension MapDocument {
  /// What a compiled map says, as a document. Compiling it gives the map again, but for the root.
  init(_ map: CompiledMap) {
    self.init(map, tenants: map.tenants)
  }

  /// What a compiled map says, of its tenants only what it says of these.
  init(_ map: CompiledMap, tenants: some Sequence<TenantIndex>) {
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
          id: shardNames[place], epoch: shard.epoch, mode: shard.mode.mode,
          modeUntil: shard.mode.end, modeCause: map.optionalText(shard.modeCause),
          primary: instanceNames[Int(shard.primary.rawValue)],
          replicas: map.replicas(of: shard).map { instanceNames[Int($0.rawValue)] })
      },
      policies: policies.indices.map { place in
        Policy(policies[place], id: policyNames[place], poolNames: poolNames, in: map)
      },
      pools: pools.indices.map { place in
        let index = PoolIndex(UInt16(place))
        return Pool(
          id: poolNames[place], dedicated: pools[place].dedicated, foreign: pools[place].foreign,
          routers: map.routers(of: index).map { String(decoding: $0, as: UTF8.self) },
          routersPerTenant: Int(pools[place].routersPerTenant),
          addresses: map.addresses(of: index).map(\.description))
      },
      tenants: tenants.map { index in
        let tenant = map.tenant(index)
        return Tenant(
          id: map.text(tenant.id), generation: tenant.generation,
          shard: shardNames[Int(tenant.shard.rawValue)], database: map.text(tenant.database),
          pool: poolNames[Int(tenant.pool.rawValue)],
          policy: policyNames[Int(tenant.policy.rawValue)], state: tenant.state,
          mode: tenant.mode.mode, modeUntil: tenant.mode.end)
      })
  }
}

extension Policy {
  fileprivate init(
    _ record: PolicyRecord, id: String, poolNames: [String], in map: CompiledMap
  ) {
    self.init(
      id: id, tier: record.tier, readTier: record.readTier, pooling: record.pooling,
      freshness: record.freshness, boundedFallback: record.boundedFallback,
      primaryReadBudgetPercent: Int(record.primaryReadBudgetPercent),
      envelope: record.envelope, degradation: record.degradation,
      hotTenant: record.hotTenant.map { rules in
        HotTenantTerms(
          rules, quarantinePool: rules.quarantinePool.map { poolNames[Int($0.rawValue)] })
      }, label: record.label.map { map.text($0) })
  }
}

extension CompiledMap {
  /// A string that is there only where it has bytes.
  func optionalText(_ reference: StringReference) -> String? {
    reference.count == 0 ? nil : text(reference)
  }
}

extension TimedMode {
  /// When it ends, as documents write it; nil for no end.
  var end: IssueTime? {
    untilMilliseconds == 0
      ? nil : IssueTime(millisecondsSince1970: Int64(clamping: untilMilliseconds))
  }
}
