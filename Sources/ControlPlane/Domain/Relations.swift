internal import MapDocument
public import MapExchange
internal import ShardMap

/// Something that only one resource may have.
public enum Claim: Hashable, Sendable {
  /// A database on a shard: one tenant's.
  case database(String, shard: String)
  /// A network address: one instance's.
  case address(String)
  /// An instance's role: in one shard, once.
  case member(instance: String)

  /// One text for each claim; the store's key.
  public var name: String {
    switch self {
    case .database(let name, let shard): "database/\(shard)/\(name)"
    case .address(let address): "address/\(address)"
    case .member(let instance): "member/\(instance)"
    }
  }
}

extension Claim: CustomStringConvertible {
  /// As an error says it.
  public var description: String {
    switch self {
    case .database(let name, let shard): "the database \"\(name)\" on shard \"\(shard)\""
    case .address(let address): "the address \(address)"
    case .member(let instance): "instance \"\(instance)\""
    }
  }
}

/// A field that names another resource.
public struct Reference: Hashable, Sendable {
  /// The field's name, such as `replicas[0]`.
  public let field: String
  /// Whom it names.
  public let target: ResourceKey
}

extension MapResource {
  /// The resources this one names, in the order of its fields.
  public var references: [Reference] {
    switch self {
    case .region, .pool: []
    case .policy(let policy):
      policy.hotTenant?.quarantinePool.map {
        [
          Reference(
            field: "hotTenant.quarantinePool", target: ResourceKey(kind: .pool, id: $0))
        ]
      } ?? []
    case .zone(_, let region):
      [Reference(field: "region", target: ResourceKey(kind: .region, id: region))]
    case .instance(let instance):
      [Reference(field: "zone", target: ResourceKey(kind: .zone, id: instance.zone))]
    case .shard(let shard):
      [Reference(field: "primary", target: ResourceKey(kind: .instance, id: shard.primary))]
        + shard.replicas.enumerated().map {
          Reference(
            field: "replicas[\($0.offset)]", target: ResourceKey(kind: .instance, id: $0.element))
        }
    case .tenant(let tenant):
      [
        Reference(field: "shard", target: ResourceKey(kind: .shard, id: tenant.shard)),
        Reference(field: "policy", target: ResourceKey(kind: .policy, id: tenant.policy)),
        Reference(field: "pool", target: ResourceKey(kind: .pool, id: tenant.pool)),
      ]
    }
  }

  /// What this resource has for itself: no byte of one tenant may reach another, and no two shards
  /// may write to one server.
  public var claims: [Claim] {
    switch self {
    case .region, .zone, .policy, .pool: []
    case .instance(let instance):
      // One address has several spellings; the parsed form has one.
      [.address(SocketAddress(instance.address)?.description ?? instance.address)]
    case .shard(let shard): ([shard.primary] + shard.replicas).map { .member(instance: $0) }
    case .tenant(let tenant): [.database(tenant.database, shard: tenant.shard)]
    }
  }
}

extension ResourceKind {
  /// Most resources of the kind in one map.
  public var limit: Int {
    switch self {
    case .region: MapLimits.regions
    case .zone: MapLimits.zones
    case .instance: MapLimits.instances
    case .shard: MapLimits.shards
    case .policy: MapLimits.policies
    case .pool: MapLimits.pools
    case .tenant: MapLimits.tenants
    }
  }
}
