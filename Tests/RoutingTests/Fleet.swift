import Foundation
import Routing
import ShardMap

/// A small fleet, compiled into a real map.
///
/// Instances are written as `id@zone`, zones as `region/zone`; the zone's region is the part before
/// the slash. All tenants live on the first shard unless their name is that of another one.
struct Fleet {
  struct Shard {
    var id = "s1"
    var primary = "p@east/a"
    var replicas: [String] = []
    var mode = ServiceMode.normal
    var modeUntilMilliseconds: UInt64 = 0
  }

  var shards: [Shard]
  /// The port of every instance; another port is another address.
  var port: UInt16 = 5432
  /// Of both policies.
  var freshness = FreshnessRules.standard
  /// Of both policies.
  var boundedFallback = BoundedFallback.primary
  /// Of both policies.
  var degradation = DegradationRules.standard
  /// Of all tenants.
  var tenantMode = TimedMode.normal
  /// Of both policies.
  var readTier: Consistency?
  /// Of both policies.
  var budgetPercent = PolicyRecord.standardReadBudgetPercent
  /// Instances that belong to no shard, written first, so that they move the others' indices.
  var spares: [String] = []

  /// One shard with the primary `p` in east/a.
  init(replicas: [String], mode: ServiceMode = .normal) {
    shards = [Shard(replicas: replicas, mode: mode)]
  }

  init(shards: [Shard], spares: [String] = []) {
    self.shards = shards
    self.spares = spares
  }

  /// Every shard has the tenants `S-strong`, `S-eventual` and `S-suspended`, S being its id.
  func compiled() throws -> CompiledMap {
    var builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    var regions: [Substring: RegionIndex] = [:]
    var zones: [Substring: ZoneIndex] = [:]
    var instances: [String: InstanceIndex] = [:]
    for instance in spares + shards.flatMap({ [$0.primary] + $0.replicas }) {
      let parts = instance.split(separator: "@")
      let region = parts[1].split(separator: "/")[0]
      regions[region] = try regions[region] ?? builder.addRegion(id: String(region))
      zones[parts[1]] =
        try zones[parts[1]] ?? builder.addZone(id: String(parts[1]), region: regions[region]!)
      instances[instance] = try builder.addInstance(
        id: String(parts[0]), zone: zones[parts[1]]!,
        address: SocketAddress(ipv4: 0x7f00_0001, port: port))
    }
    let strong = try builder.addPolicy(
      id: "strong", tier: .strong, readTier: readTier, freshness: freshness,
      boundedFallback: boundedFallback, primaryReadBudgetPercent: budgetPercent,
      degradation: degradation)
    let eventual = try builder.addPolicy(
      id: "eventual", tier: .eventual, readTier: readTier, freshness: freshness,
      boundedFallback: boundedFallback, primaryReadBudgetPercent: budgetPercent,
      degradation: degradation)
    let pool = try builder.addPool(id: "shared", dedicated: false)
    for shard in shards {
      let index = try builder.addShard(
        id: shard.id, epoch: 1, mode: shard.mode,
        modeUntilMilliseconds: shard.modeUntilMilliseconds, primary: instances[shard.primary]!,
        replicas: shard.replicas.map { instances[$0]! })
      for (name, policy, state) in [
        ("strong", strong, TenantState.active), ("eventual", eventual, .active),
        ("suspended", strong, .suspended),
      ] {
        try builder.addTenant(
          id: "\(shard.id)-\(name)", shard: index, policy: policy, pool: pool, generation: 1,
          state: state, mode: tenantMode.mode,
          modeUntilMilliseconds: tenantMode.untilMilliseconds)
      }
    }
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("routing-\(UUID().uuidString).swmap").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try builder.publish(to: path)
    return try CompiledMap.open(path: path)
  }
}
