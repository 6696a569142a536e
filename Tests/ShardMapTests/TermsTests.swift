import Testing

@testable import ShardMap

@Suite("A compiled map's envelopes, downgrades, hot tenants, pools and modes")
struct TermsTests {
  /// A map of one shard, written and opened again.
  private func map(_ fill: (inout MapBuilder) throws -> Void) throws -> CompiledMap {
    var builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    try fill(&builder)
    let file = try TemporaryFile(builder.bytes())
    return try withExtendedLifetime(file) { try CompiledMap.open(path: file.path) }
  }

  static let envelopes: [Envelope] = [
    .unlimited,
    Envelope(
      transactionsPerSecond: 500, transactionBurst: 100, clientConnections: 200,
      connectionAttemptsPerSecond: 50, serverConnections: 20, bytesInPerSecond: 10_000_000,
      bytesOutPerSecond: 5_000_000_000, maxDelayMilliseconds: 0, weight: 7, priority: .background),
    Envelope(
      transactionsPerSecond: MapLimits.envelopeCount.upperBound,
      bytesInPerSecond: MapLimits.envelopeBytes.upperBound,
      maxDelayMilliseconds: MapLimits.maxDelayMilliseconds.upperBound,
      weight: MapLimits.envelopeWeight.upperBound, priority: .batch),
  ]

  @Test("gives back each part of an envelope", arguments: envelopes)
  func envelope(_ envelope: Envelope) throws {
    let map = try map {
      _ = try $0.addPolicy(id: "before", tier: .strong)
      _ = try $0.addPolicy(id: "p", tier: .strong, envelope: envelope)
      _ = try $0.addPolicy(id: "behind", tier: .eventual)
    }
    #expect(map.policy(try #require(map.policy(id: "p"))).envelope == envelope)
    for other in ["before", "behind"] {
      let policy = map.policy(try #require(map.policy(id: other)))
      #expect(policy.envelope == .unlimited)
      #expect(policy.degradation == .standard)
      #expect(policy.hotTenant == nil)
      #expect(policy.label == nil)
    }
  }

  static let hotTenants: [HotTenantRules?] = [
    nil, HotTenantRules(shardTimePercent: 100, requestsMove: false),
    HotTenantRules(
      shardTimePercent: 1, p95Milliseconds: 200, sustainedMilliseconds: 5000,
      coolDownMilliseconds: 86_400_000, tightenPercent: 100, quarantinePool: PoolIndex(1)),
    HotTenantRules(p95Milliseconds: 1, quarantinePool: PoolIndex(0)),
  ]

  @Test("gives back the rules for hot tenants", arguments: hotTenants)
  func hotTenant(_ rules: HotTenantRules?) throws {
    let map = try map {
      _ = try $0.addPool(id: "shared", dedicated: false)
      _ = try $0.addPool(id: "quarantine", dedicated: false, foreign: .serve)
      _ = try $0.addPolicy(id: "p", tier: .strong, hotTenant: rules)
    }
    #expect(map.policy(PolicyIndex(0)).hotTenant == rules)
  }

  @Test(
    "gives back how far service may be degraded, and the label", arguments: ServiceMode.allCases)
  func degradation(deepest: ServiceMode) throws {
    let rules = DegradationRules(deepest: deepest, relaxedBoundMilliseconds: 30_000)
    let map = try map {
      _ = try $0.addPolicy(id: "p", tier: .strong, degradation: rules, label: "gold")
    }
    let policy = map.policy(PolicyIndex(0))
    #expect(policy.degradation == rules)
    #expect(policy.label.map { map.text($0) } == "gold")
  }

  @Test("gives back each pool's own routers and addresses")
  func pools() throws {
    let addresses = [
      SocketAddress(ipv4: 0x7f00_0001, port: 6432),
      try #require(SocketAddress("[2001:db8::7]:6433")),
    ]
    let map = try map {
      _ = try $0.addPool(id: "plain", dedicated: true)
      _ = try $0.addPool(
        id: "shared", dedicated: false, foreign: .relay, routers: ["r1", "r2", "r3"],
        routersPerTenant: 2, addresses: addresses)
      _ = try $0.addPool(
        id: "other", dedicated: false, routers: ["r4"], addresses: [addresses[1]])
    }
    let found = (0..<3).map { PoolIndex($0) }
    #expect(found.map { map.pool($0).foreign } == [.refuse, .relay, .refuse])
    #expect(found.map { map.pool($0).routersPerTenant } == [0, 2, 0])
    #expect(found.map { map.pool($0).dedicated } == [true, false, false])
    #expect(
      found.map { map.routers(of: $0).map { String(decoding: $0, as: UTF8.self) } }
        == [[], ["r1", "r2", "r3"], ["r4"]])
    #expect(found.map { map.addresses(of: $0) } == [[], addresses, [addresses[1]]])
  }

  @Test(
    "gives back a shard's mode, its end and its cause",
    arguments: ServiceMode.allCases, [0, 1_795_860_000_123, 4_294_967_295_000])
  func shardMode(mode: ServiceMode, until: UInt64) throws {
    let cause = String(repeating: "é", count: 100)
    let map = try map {
      let region = try $0.addRegion(id: "r")
      let zone = try $0.addZone(id: "z", region: region)
      let instance = try $0.addInstance(
        id: "i", zone: zone, address: SocketAddress(ipv4: 1, port: 1))
      _ = try $0.addShard(
        id: "s1", epoch: 1, mode: mode, modeUntilMilliseconds: until, modeCause: cause,
        primary: instance, replicas: [instance])
      _ = try $0.addShard(id: "s2", epoch: 2, primary: instance)
    }
    let shard = map.shard(ShardIndex(0))
    #expect(shard.mode == TimedMode(mode, untilMilliseconds: until))
    #expect(map.text(shard.modeCause) == cause)
    let other = map.shard(ShardIndex(1))
    #expect(other.epoch == 2)
    #expect(other.mode == .normal)
    #expect(other.modeCause.count == 0)
  }

  /// What was given, and what comes back: a record has whole seconds, and no mode ends early.
  @Test(
    "gives back a tenant's mode and the second of its end",
    arguments: [
      (.normal, 0, 0), (.readOnly, 0, 0), (.paused, 1_795_860_000_000, 1_795_860_000_000),
      (.relaxed, 1_795_860_000_001, 1_795_860_001_000),
      (.eventualOnly, 4_294_967_295_000, 4_294_967_295_000),
    ] as [(ServiceMode, UInt64, UInt64)], ["acme", String(repeating: "x", count: 63)])
  func tenantMode(given: (mode: ServiceMode, until: UInt64, stored: UInt64), id: String) throws {
    var builder = try SampleMap.builder(tenants: 0)
    try builder.addTenant(
      id: id, shard: ShardIndex(0), policy: PolicyIndex(0), pool: PoolIndex(0), generation: 1,
      state: .suspended, mode: given.mode, modeUntilMilliseconds: given.until)
    let file = try TemporaryFile(builder.bytes())
    let map = try CompiledMap.open(path: file.path)
    let index = try #require(map.tenant(id: id))
    let expected = TimedMode(given.mode, untilMilliseconds: given.stored)
    #expect(map.tenant(index).mode == expected)
    #expect(map.placement(of: index).mode == expected)
    #expect(map.tenant(index).state == .suspended)
    #expect(map.text(map.tenant(index).id) == id)
  }

  @Test("keeps a tenant's id inside its record up to the length of a UUID")
  func inlineNames() {
    #expect(TenantImage.fits(id: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", database: nil))
    #expect(TenantImage.fits(id: String(repeating: "x", count: 37), database: nil))
    #expect(!TenantImage.fits(id: String(repeating: "x", count: 38), database: nil))
  }

  private static let badPolicies: [(String, Envelope, DegradationRules, HotTenantRules?)] = [
    ("transactionsPerSecond", Envelope(transactionsPerSecond: 0), .standard, nil),
    ("burst", Envelope(transactionBurst: 0), .standard, nil),
    ("clientConnections", Envelope(clientConnections: 0), .standard, nil),
    ("connectionAttemptsPerSecond", Envelope(connectionAttemptsPerSecond: 0), .standard, nil),
    ("serverConnections", Envelope(serverConnections: .max), .standard, nil),
    ("bytesInPerSecond", Envelope(bytesInPerSecond: 0), .standard, nil),
    ("bytesOutPerSecond", Envelope(bytesOutPerSecond: .max), .standard, nil),
    ("maxDelay", Envelope(maxDelayMilliseconds: 300_001), .standard, nil),
    ("weight", Envelope(weight: 0), .standard, nil),
    ("weight", Envelope(weight: 1001), .standard, nil),
    ("relaxedBound", .unlimited, DegradationRules(relaxedBoundMilliseconds: 86_400_001), nil),
    ("shardTimePercent", .unlimited, .standard, HotTenantRules(shardTimePercent: 101)),
    ("p95", .unlimited, .standard, HotTenantRules(p95Milliseconds: 0)),
    ("sustained", .unlimited, .standard, HotTenantRules(sustainedMilliseconds: 0)),
    ("coolDown", .unlimited, .standard, HotTenantRules(coolDownMilliseconds: 86_400_001)),
    ("tightenPercent", .unlimited, .standard, HotTenantRules(tightenPercent: 0)),
  ]

  @Test("is not built with a policy's number out of its range", arguments: badPolicies.indices)
  func badPolicy(place: Int) throws {
    let (field, envelope, degradation, hotTenant) = Self.badPolicies[place]
    var builder = MapBuilder(mapVersion: 1, issuedAt: 0)
    #expect(throws: MapBuildError.badField(of: "policy p", field)) {
      try builder.addPolicy(
        id: "p", tier: .strong, envelope: envelope, degradation: degradation,
        hotTenant: hotTenant)
    }
  }

  @Test("is not built with what can't be: a pool that isn't there, too many routers, a late end")
  func badBuild() throws {
    var builder = try SampleMap.builder(tenants: 0)
    #expect(throws: MapBuildError.danglingIndex("policy p")) {
      try builder.addPolicy(
        id: "p", tier: .strong, hotTenant: HotTenantRules(quarantinePool: PoolIndex(2)))
    }
    #expect(throws: MapBuildError.badField(of: "pool p", "routersPerTenant")) {
      try builder.addPool(id: "p", dedicated: false, routers: ["r1"], routersPerTenant: 2)
    }
    #expect(throws: MapBuildError.overLimit("routers of pool p", 501, limit: 500)) {
      try builder.addPool(
        id: "p", dedicated: false, routers: (0...500).map { "r\($0)" })
    }
    #expect(throws: MapBuildError.badField(of: "shard s", "modeCause")) {
      try builder.addShard(
        id: "s", epoch: 1, mode: .paused, modeCause: String(repeating: "x", count: 201),
        primary: InstanceIndex(0))
    }
    #expect(throws: MapBuildError.badField(of: "tenant t", "modeUntil")) {
      try builder.addTenant(
        id: "t", shard: ShardIndex(0), policy: PolicyIndex(0), pool: PoolIndex(0), generation: 1,
        mode: .paused, modeUntilMilliseconds: 4_294_967_295_001)
    }
  }
}
