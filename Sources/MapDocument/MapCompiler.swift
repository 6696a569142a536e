public import ShardMap

/// Why a document was not compiled.
public enum MapCompileError: Error, Hashable, Sendable {
  /// Validation found something; never empty.
  case invalid([MapFinding])
  /// The file could not be laid out or written.
  case build(MapBuildError)
}

extension MapCompileError: CustomStringConvertible {
  /// What happened, one line a finding.
  public var description: String {
    switch self {
    case .invalid(let findings): findings.map(\.description).joined(separator: "\n")
    case .build(let error): error.description
    }
  }
}

/// Turns documents into compiled maps.
public enum MapCompiler {
  /// The compiled file's bytes. Equal documents give equal bytes.
  ///
  /// - Throws: ``MapCompileError/invalid(_:)`` when ``MapDocument/validate(against:)`` finds
  ///   anything.
  public static func compile(_ document: MapDocument) throws(MapCompileError) -> [UInt8] {
    let builder = try builder(for: document)
    do throws(MapBuildError) {
      return try builder.bytes()
    } catch {
      throw .build(error)
    }
  }

  /// Compiles a document into a file that replaces `path` in one step: a reader sees the old map or
  /// the new one.
  ///
  /// - Throws: ``MapCompileError``; the file at `path` is then as it was.
  public static func write(_ document: MapDocument, to path: String) throws(MapCompileError) {
    let builder = try builder(for: document)
    do throws(MapBuildError) {
      try builder.publish(to: path)
    } catch {
      throw .build(error)
    }
  }

  private static func builder(for document: MapDocument) throws(MapCompileError) -> MapBuilder {
    let findings = document.validate()
    guard findings.isEmpty else { throw .invalid(findings) }
    do throws(MapBuildError) {
      return try fill(document)
    } catch {
      throw .build(error)
    }
  }

  /// The document is valid, so every id that is looked up here is there.
  private static func fill(_ document: MapDocument) throws(MapBuildError) -> MapBuilder {
    var map = MapBuilder(
      mapVersion: document.mapVersion, issuedAt: document.issuedAt.millisecondsSince1970)
    let instances = try addTopology(document.topology, to: &map)
    var shards: [String: ShardIndex] = [:]
    for shard in document.shards {
      guard let primary = instances[shard.primary] else {
        throw .danglingIndex("shard \(shard.id)")
      }
      shards[shard.id] = try map.addShard(
        id: shard.id, epoch: shard.epoch, mode: shard.mode,
        modeUntilMilliseconds: shard.modeUntil.modeEndMilliseconds, modeCause: shard.modeCause,
        primary: primary, replicas: shard.replicas.compactMap { instances[$0] })
    }
    let pools = try addPools(document.pools, to: &map)
    var policies: [String: PolicyIndex] = [:]
    for policy in document.policies {
      policies[policy.id] = try map.addPolicy(policy, pools: pools)
    }
    for tenant in document.tenants {
      guard let shard = shards[tenant.shard], let policy = policies[tenant.policy],
        let pool = pools[tenant.pool]
      else { throw .danglingIndex("tenant \(tenant.id)") }
      try map.addTenant(
        id: tenant.id, database: tenant.database, shard: shard, policy: policy, pool: pool,
        generation: tenant.generation, state: tenant.state, mode: tenant.mode,
        modeUntilMilliseconds: tenant.modeUntil.modeEndMilliseconds)
    }
    return map
  }

  private static func addTopology(
    _ topology: Topology, to map: inout MapBuilder
  ) throws(MapBuildError) -> [String: InstanceIndex] {
    var zones: [String: ZoneIndex] = [:]
    for region in topology.regions {
      let index = try map.addRegion(id: region.id)
      for zone in region.zones { zones[zone] = try map.addZone(id: zone, region: index) }
    }
    var instances: [String: InstanceIndex] = [:]
    for instance in topology.instances {
      guard let zone = zones[instance.zone], let address = SocketAddress(instance.address) else {
        throw .danglingIndex("instance \(instance.id)")
      }
      instances[instance.id] = try map.addInstance(id: instance.id, zone: zone, address: address)
    }
    return instances
  }

  private static func addPools(
    _ pools: [Pool], to map: inout MapBuilder
  ) throws(MapBuildError) -> [String: PoolIndex] {
    var indices: [String: PoolIndex] = [:]
    for pool in pools { indices[pool.id] = try map.addPool(pool) }
    return indices
  }
}
