import ShardMap
import Testing

@Suite("A compiled map")
struct CompiledMapTests {
  @Test("gives back every tenant as it was added", arguments: [0, 1, 2, 7, 8, 9, 100, 5_000])
  func tenants(count: Int) throws {
    let file = try TemporaryFile(SampleMap.bytes(tenants: count))
    let map = try CompiledMap.open(path: file.path)
    try map.verify()
    #expect(map.counts.tenants == count)
    #expect(map.tenants.reduce(0) { count, _ in count + 1 } == count)
    for number in 0..<count {
      let index = try #require(map.tenant(id: SampleMap.tenantID(number)))
      let tenant = map.tenant(index)
      #expect(map.text(tenant.id) == SampleMap.tenantID(number))
      let database =
        number % 3 == 0 ? SampleMap.longDatabase(number) : SampleMap.tenantID(number)
      #expect(map.text(tenant.database) == database)
      #expect(map.text(map.shard(tenant.shard).id) == (number.isMultiple(of: 2) ? "s1" : "s2"))
      #expect(map.policy(tenant.policy).tier == (number.isMultiple(of: 5) ? .eventual : .strong))
      #expect(map.pool(tenant.pool).dedicated == number.isMultiple(of: 7))
      #expect(tenant.generation == UInt64(number))
      #expect(tenant.state == (number.isMultiple(of: 11) ? .suspended : .active))
      let placement = map.placement(of: index)
      #expect(placement.shard == tenant.shard && placement.policy == tenant.policy)
      #expect(placement.generation == tenant.generation && placement.state == tenant.state)
    }
  }

  @Test(
    "finds no tenant under another id",
    arguments: ["", "tenant", "tenant-", "tenant-00", "Tenant-1", "tenant-1 ", "tenant-1000"])
  func unknown(id: String) throws {
    let file = try TemporaryFile(SampleMap.bytes(tenants: 1_000))
    #expect(try CompiledMap.open(path: file.path).tenant(id: id) == nil)
  }

  @Test("tells ids apart that differ in one byte, at every length and place")
  func everyByteCounts() throws {
    for length in 1...MapLimits.identifierBytes {
      let id = String(repeating: "a", count: length)
      var builder = try SampleMap.builder(tenants: 0)
      try builder.addTenant(
        id: id, shard: ShardIndex(0), policy: PolicyIndex(0), pool: PoolIndex(0), generation: 1)
      let file = try TemporaryFile(builder.bytes())
      let map = try CompiledMap.open(path: file.path)
      #expect(map.tenant(id: id) != nil)
      #expect(map.tenant(id: id + "a") == nil)
      for place in 0..<length {
        var other = Array(id.utf8)
        other[place] = UInt8(ascii: "b")
        #expect(map.tenant(id: String(decoding: other, as: UTF8.self)) == nil)
      }
    }
  }

  @Test("gives back topology, shards and replicas")
  func catalog() throws {
    let file = try TemporaryFile(SampleMap.bytes(tenants: 3))
    let map = try CompiledMap.open(path: file.path)
    #expect(map.header.mapVersion == 7)
    #expect(map.header.issuedAt == 1_795_219_200_000)
    let shard = map.shard(try #require(map.shard(id: "s1")))
    #expect(shard.epoch == 3)
    #expect(shard.mode == .normal)
    #expect(map.replicas(of: shard).map { map.text(map.instance($0).id) } == ["i1", "i2"])
    #expect(map.shard(try #require(map.shard(id: "s2"))).mode == TimedMode(.paused))
    let instance = map.instance(shard.primary)
    #expect(instance.address.description == "127.0.0.1:5433")
    let zone = map.zone(instance.zone)
    #expect(map.text(zone.id) == "near-a")
    #expect(map.text(map.region(zone.region).id) == "near")
    #expect(map.zone(id: "far-a")?.rawValue == 2)
    #expect(map.region(id: "far")?.rawValue == 1)
    #expect(map.instance(id: "i3")?.rawValue == 3)
    #expect(map.instance(id: "i4") == nil)
  }

  @Test("gives back its root, and none when there is none")
  func root() throws {
    let root = try #require(MapRoot(bytes: (0..<32).map { UInt8($0 + 1) }))
    for expected in [root, .none] {
      let file = try TemporaryFile(
        MapBuilder(mapVersion: 1, issuedAt: 0, root: expected).bytes())
      #expect(try CompiledMap.open(path: file.path).header.root == expected)
    }
  }

  @Test("gives back the freshness of its policies")
  func freshness() throws {
    var builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    var rules = FreshnessRules.standard
    rules[.permissions] = FreshnessBound(ttlMilliseconds: 10_000, maxStaleMilliseconds: 3_600_000)
    rules[.routing].maxStaleMilliseconds = FreshnessBound.never
    let standard = try builder.addPolicy(id: "standard", tier: .strong)
    let strict = try builder.addPolicy(
      id: "strict", tier: .strong, freshness: rules, boundedFallback: .refuse)
    let file = try TemporaryFile(builder.bytes())
    let map = try CompiledMap.open(path: file.path)
    #expect(map.policy(standard).freshness == .standard)
    #expect(map.policy(standard).boundedFallback == .primary)
    #expect(map.policy(strict).freshness == rules)
    #expect(map.policy(strict).boundedFallback == .refuse)
  }

  @Test(
    "gives back the tiers, the pooling and the budget of its policies",
    arguments: [.strong, .session, .bounded(milliseconds: 1), .eventual] as [Consistency],
    [nil, .strong, .session, .bounded(milliseconds: 86_400_000), .eventual] as [Consistency?])
  func tiers(tier: Consistency, readTier: Consistency?) throws {
    var builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    _ = try builder.addPolicy(id: "before", tier: .strong)
    let cases: [(PoolMode?, UInt8)] = [(nil, 0), (.session, 20), (.transaction, 100)]
    let indices = try cases.enumerated().map { number, entry in
      try builder.addPolicy(
        id: "p\(number)", tier: tier, readTier: readTier, pooling: entry.0,
        primaryReadBudgetPercent: entry.1)
    }
    let behind = try builder.addPolicy(id: "behind", tier: .eventual)
    let file = try TemporaryFile(builder.bytes())
    let map = try CompiledMap.open(path: file.path)
    for (index, entry) in zip(indices, cases) {
      let policy = map.policy(index)
      #expect(policy.tier == tier)
      #expect(policy.readTier == readTier)
      #expect(policy.pooling == entry.0)
      #expect(policy.primaryReadBudgetPercent == entry.1)
      #expect(policy.freshness == .standard)
      #expect(policy.tier(readOnly: false) == tier)
      #expect(policy.tier(readOnly: true) == readTier ?? tier)
    }
    #expect(map.policy(behind).tier == .eventual)
    #expect(map.policy(behind).readTier == nil)
    #expect(map.policy(behind).primaryReadBudgetPercent == 20)
  }

  @Test("has the same bytes whatever the order of its tenants")
  func canonical() throws {
    func bytes(_ numbers: some Sequence<Int>) throws -> [UInt8] {
      var builder = try SampleMap.builder(tenants: 0)
      for number in numbers {
        try builder.addTenant(
          id: SampleMap.tenantID(number), database: SampleMap.longDatabase(number),
          shard: ShardIndex(0), policy: PolicyIndex(0), pool: PoolIndex(0), generation: 1)
      }
      return try builder.bytes()
    }
    #expect(try bytes(0..<500) == bytes((0..<500).reversed()))
  }

  @Test("is published whole, and replaced while the old one stays in use")
  func publish() throws {
    let file = try TemporaryFile()
    try SampleMap.builder(tenants: 10, mapVersion: 1).publish(to: file.path)
    let old = try CompiledMap.open(path: file.path)
    try SampleMap.builder(tenants: 20, mapVersion: 2).publish(to: file.path)
    let new = try CompiledMap.open(path: file.path)
    try old.verify()
    try new.verify()
    #expect(old.header.mapVersion == 1)
    #expect(new.header.mapVersion == 2)
    #expect(old.tenant(id: "tenant-15") == nil)
    #expect(new.tenant(id: "tenant-15") != nil)
  }
}
