internal import ShardMap

extension Validator {
  mutating func checkTenants() {
    let tenants = document.tenants
    checkLimit(tenants.count, MapLimits.tenants, "tenants")
    checkIDs(
      tenants.enumerated().lazy.map { ("tenants[\($0.offset)].id", $0.element.id) },
      kind: "tenant")

    let shards = Set(document.shards.map(\.id))
    let policies = Set(document.policies.map(\.id))
    let pools = Set(document.pools.map(\.id))
    var databases: [Database: Int] = [:]
    databases.reserveCapacity(tenants.count)
    for (place, tenant) in tenants.enumerated() {
      let path = "tenants[\(place)]"
      checkVersion(tenant.generation, path + ".generation")
      checkReference(tenant.shard, in: shards, path + ".shard", kind: "shard")
      checkReference(tenant.policy, in: policies, path + ".policy", kind: "policy")
      checkReference(tenant.pool, in: pools, path + ".pool", kind: "pool")
      checkDatabase(tenant.database, path + ".database")
      for finding in tenant.findings(at: path) { add(finding) }
      // No byte of one tenant may reach another.
      let database = Database(shard: tenant.shard, name: tenant.database)
      if let first = databases.updateValue(place, forKey: database) {
        find(
          path + ".database",
          "\"\(tenant.database)\" on shard \"\(tenant.shard)\" also belongs to tenants[\(first)]",
          hint: "give each tenant its own database")
      }
    }
  }

  private struct Database: Hashable {
    let shard: String
    let name: String
  }

  private mutating func checkDatabase(_ name: String, _ path: String) {
    if !MapNames.isDatabase(name) {
      find(
        path, "the name can't be a PostgreSQL database's",
        hint: "use 1 to \(MapLimits.identifierBytes) bytes without control characters")
    }
  }
}
