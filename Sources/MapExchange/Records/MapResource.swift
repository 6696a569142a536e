public import MapDocument

/// One resource of a map, as ``MapDocument`` describes it.
public enum MapResource: Hashable, Sendable {
  /// A region; its zones are resources of their own.
  case region(id: String)
  /// A zone and the region it lies in.
  case zone(id: String, region: String)
  /// A PostgreSQL server.
  case instance(Instance)
  /// A primary and its replicas.
  case shard(Shard)
  /// What tenants are entitled to.
  case policy(Policy)
  /// A group of routers.
  case pool(Pool)
  /// A tenant and where its database is.
  case tenant(Tenant)

  /// Its kind and id.
  public var key: ResourceKey {
    switch self {
    case .region(let id): ResourceKey(kind: .region, id: id)
    case .zone(let id, _): ResourceKey(kind: .zone, id: id)
    case .instance(let instance): ResourceKey(kind: .instance, id: instance.id)
    case .shard(let shard): ResourceKey(kind: .shard, id: shard.id)
    case .policy(let policy): ResourceKey(kind: .policy, id: policy.id)
    case .pool(let pool): ResourceKey(kind: .pool, id: pool.id)
    case .tenant(let tenant): ResourceKey(kind: .tenant, id: tenant.id)
    }
  }
}
