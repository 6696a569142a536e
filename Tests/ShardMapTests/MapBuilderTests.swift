import ShardMap
import Testing

@Suite("Building a map")
struct MapBuilderTests {
  @Test("finds two tenants of one id")
  func duplicate() throws {
    var builder = try SampleMap.builder(tenants: 50)
    try builder.addTenant(
      id: "tenant-7", shard: ShardIndex(1), policy: PolicyIndex(0), pool: PoolIndex(0),
      generation: 1)
    #expect(throws: MapBuildError.duplicateTenant("tenant-7")) { try builder.bytes() }
  }

  @Test("refuses names that don't fit", arguments: ["", String(repeating: "a", count: 64)])
  func names(name: String) throws {
    var builder = try SampleMap.builder(tenants: 0)
    #expect(throws: MapBuildError.badName(name)) { try builder.addRegion(id: name) }
    #expect(throws: MapBuildError.badName(name)) {
      try builder.addTenant(
        id: "a", database: name, shard: ShardIndex(0), policy: PolicyIndex(0), pool: PoolIndex(0),
        generation: 1)
    }
  }

  @Test("refuses indices that no record has")
  func dangling() throws {
    var builder = try SampleMap.builder(tenants: 0)
    #expect(throws: MapBuildError.danglingIndex("zone z")) {
      try builder.addZone(id: "z", region: RegionIndex(2))
    }
    #expect(throws: MapBuildError.danglingIndex("shard s")) {
      try builder.addShard(id: "s", epoch: 1, primary: InstanceIndex(4))
    }
    #expect(throws: MapBuildError.danglingIndex("tenant t")) {
      try builder.addTenant(
        id: "t", shard: ShardIndex(2), policy: PolicyIndex(0), pool: PoolIndex(0), generation: 1)
    }
  }

  @Test("refuses more replicas than a route can choose from")
  func replicas() throws {
    var builder = try SampleMap.builder(tenants: 0)
    let count = MapLimits.replicasPerShard + 1
    let replicas = [InstanceIndex](repeating: InstanceIndex(1), count: count)
    #expect(
      throws: MapBuildError.overLimit(
        "replicas of shard s", count, limit: MapLimits.replicasPerShard)
    ) {
      try builder.addShard(id: "s", epoch: 1, primary: InstanceIndex(0), replicas: replicas)
    }
  }

  @Test(
    "refuses freshness out of range, or that ends before its TTL",
    arguments: [(0, 1_000), (99, 1_000), (1_000, 999), (1_000, 2_592_000_001), (UInt32.max, .max)])
  func freshness(ttl: UInt32, maxStale: UInt32) throws {
    var builder = try SampleMap.builder(tenants: 0)
    var rules = FreshnessRules.standard
    rules[.envelope] = FreshnessBound(ttlMilliseconds: ttl, maxStaleMilliseconds: maxStale)
    #expect(throws: MapBuildError.badFreshness(policy: "p")) {
      try builder.addPolicy(id: "p", tier: .strong, freshness: rules)
    }
  }

  @Test("refuses tiers with a bound out of range, and a budget of more than all reads")
  func tiers() throws {
    var builder = try SampleMap.builder(tenants: 0)
    for bound in [0, 86_400_001, UInt32.max] {
      let tier = Consistency.bounded(milliseconds: bound)
      #expect(throws: MapBuildError.badTier(policy: "p")) {
        try builder.addPolicy(id: "p", tier: tier)
      }
      #expect(throws: MapBuildError.badTier(policy: "p")) {
        try builder.addPolicy(id: "p", tier: .strong, readTier: tier)
      }
    }
    #expect(throws: MapBuildError.badReadBudget(policy: "p")) {
      try builder.addPolicy(id: "p", tier: .strong, primaryReadBudgetPercent: 101)
    }
  }

  @Test("keeps every id and database of 1 to 63 bytes, inside its record or out of it")
  func lengths() throws {
    var builder = try SampleMap.builder(tenants: 0)
    let names = (1...MapLimits.identifierBytes).map { length in
      (
        id: String(repeating: "i", count: length),
        database: String(repeating: "d", count: 64 - length)
      )
    }
    for name in names {
      try builder.addTenant(
        id: name.id, database: name.database, shard: ShardIndex(0), policy: PolicyIndex(0),
        pool: PoolIndex(0), generation: .max)
    }
    let file = try TemporaryFile(builder.bytes())
    let map = try CompiledMap.open(path: file.path)
    for name in names {
      let tenant = map.tenant(try #require(map.tenant(id: name.id)))
      #expect(map.text(tenant.database) == name.database)
      #expect(tenant.generation == .max)
    }
  }

  @Test("takes less than 100 bytes of file a tenant")
  func size() throws {
    var builder = try SampleMap.builder(tenants: 0)
    for number in 0..<10_000 {
      try builder.addTenant(
        id: "tenant-\(number)", shard: ShardIndex(0), policy: PolicyIndex(0), pool: PoolIndex(0),
        generation: 1)
    }
    #expect(try builder.bytes().count < 10_000 * 100)
  }

  @Test("writes the same bytes to a file as to memory")
  func publish() throws {
    let builder = try SampleMap.builder(tenants: 1_000)
    let file = try TemporaryFile()
    try builder.publish(to: file.path)
    #expect(try file.read() == builder.bytes())
  }

  @Test("names the path that can't be written")
  func unwritable() throws {
    let error = try #require(throws: MapBuildError.self) {
      try SampleMap.builder(tenants: 1).publish(to: "/nowhere/map.swmap")
    }
    #expect(error.description.contains("/nowhere/map.swmap"))
  }
}
