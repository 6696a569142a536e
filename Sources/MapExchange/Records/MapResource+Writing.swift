internal import MapDocument
internal import ShardMap

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
    case .policy(let policy): Self.write(policy, &json)
    case .pool(let pool):
      json.field("dedicated", pool.dedicated)
      json.field("id", pool.id)
      json.field("kind", ResourceKind.pool.rawValue)
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
    json.field("primary", shard.primary)
    json.field("replicas", shard.replicas)
  }

  /// What is newer than the format is written only where it says something: a policy that says
  /// nothing of it keeps the bytes, and so the root, that it had before.
  private static func write(_ policy: Policy, _ json: inout JSONWriter) {
    json.field("boundedFallback", policy.boundedFallback.name)
    json.name("freshness")
    json.beginObject()
    write("envelope", policy.freshness[.envelope], &json)
    write("permissions", policy.freshness[.permissions], &json)
    write("routing", policy.freshness[.routing], &json)
    json.endObject()
    json.field("id", policy.id)
    json.field("kind", ResourceKind.policy.rawValue)
    if let pooling = policy.pooling { json.field("pooling", pooling.name) }
    if policy.primaryReadBudgetPercent != Policy.standardReadBudgetPercent {
      json.field("primaryReadBudgetPercent", policy.primaryReadBudgetPercent)
    }
    if let tier = policy.readTier { json.field("readTier", tier.name) }
    json.field("tier", policy.tier.name)
  }

  private static func write(
    _ name: StaticString, _ bound: FreshnessBound, _ json: inout JSONWriter
  ) {
    json.name(name)
    json.beginObject()
    json.field(
      "maxStale",
      bound.maxStaleMilliseconds == FreshnessBound.never
        ? Age.never : Age.text(milliseconds: bound.maxStaleMilliseconds))
    json.field("ttl", Age.text(milliseconds: bound.ttlMilliseconds))
    json.endObject()
  }

  private static func write(_ tenant: Tenant, _ json: inout JSONWriter) {
    json.field("database", tenant.database)
    json.field("generation", tenant.generation)
    json.field("id", tenant.id)
    json.field("kind", ResourceKind.tenant.rawValue)
    json.field("policy", tenant.policy)
    json.field("pool", tenant.pool)
    json.field("shard", tenant.shard)
    json.field("state", tenant.state.name)
  }
}
