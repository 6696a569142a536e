internal import MapDocument
internal import ShardMap

// What is newer than the format is written only where it says something: a resource that says nothing
// of it keeps the bytes, and so the root, that it had before.

extension MapResource {
  /// The resource as a record; the fields in the order of their names.
  var canonicalBytes: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    switch self {
    case .region(let id):
      json.field("id", id)
      json.field("kind", ResourceKind.region.rawValue)
    case .zone(let id, let region):
      json.field("id", id)
      json.field("kind", ResourceKind.zone.rawValue)
      json.field("region", region)
    case .instance(let instance): Self.write(instance, &json)
    case .shard(let shard): Self.write(shard, &json)
    case .policy(let policy): policy.write(&json)
    case .pool(let pool): Self.write(pool, &json)
    case .tenant(let tenant): Self.write(tenant, &json)
    }
    json.endObject()
    return json.bytes
  }

  private static func write(_ instance: Instance, _ json: inout JSONWriter) {
    json.field("address", instance.address)
    json.field("id", instance.id)
    json.field("kind", ResourceKind.instance.rawValue)
    json.field("zone", instance.zone)
  }

  private static func write(_ shard: Shard, _ json: inout JSONWriter) {
    json.field("epoch", shard.epoch)
    json.field("id", shard.id)
    json.field("kind", ResourceKind.shard.rawValue)
    json.field("mode", shard.mode.name)
    if let cause = shard.modeCause { json.field("modeCause", cause) }
    if let end = shard.modeUntil { json.field("modeUntil", end.description) }
    json.field("primary", shard.primary)
    json.field("replicas", shard.replicas)
  }

  private static func write(_ pool: Pool, _ json: inout JSONWriter) {
    if !pool.addresses.isEmpty { json.field("addresses", pool.addresses) }
    json.field("dedicated", pool.dedicated)
    if pool.foreign != .refuse { json.field("foreign", pool.foreign.name) }
    json.field("id", pool.id)
    json.field("kind", ResourceKind.pool.rawValue)
    if !pool.routers.isEmpty { json.field("routers", pool.routers) }
    if pool.routersPerTenant != 0 { json.field("routersPerTenant", pool.routersPerTenant) }
  }

  private static func write(_ tenant: Tenant, _ json: inout JSONWriter) {
    json.field("database", tenant.database)
    json.field("generation", tenant.generation)
    json.field("id", tenant.id)
    json.field("kind", ResourceKind.tenant.rawValue)
    if tenant.mode != .normal { json.field("mode", tenant.mode.name) }
    if let end = tenant.modeUntil { json.field("modeUntil", end.description) }
    json.field("policy", tenant.policy)
    json.field("pool", tenant.pool)
    json.field("shard", tenant.shard)
    json.field("state", tenant.state.name)
  }
}
