import Foundation
import MapDocument
import MapExchange
import ShardMap
import Testing

@Suite("Compiling records")
struct RecordCompilerTests {
  private func compiled(_ state: MapState) throws -> [UInt8] {
    var compiler = RecordCompiler(seal: try state.seal(by: Keys.signer))
    for record in state.records { try compiler.add(record) }
    return try compiler.finish().bytes()
  }

  @Test("gives the map that compiling the document gives, and its root")
  func sameAsDocument() throws {
    let state = Samples.state(tenants: 500)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("records-\(UUID().uuidString).swmap").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(try compiled(state)).write(to: URL(fileURLWithPath: path))
    let map = try CompiledMap.open(path: path)
    try map.verify()
    #expect(map.header.root == state.root)
    #expect(map.header.mapVersion == 8)
    #expect(map.counts.tenants == 502)
    let tenant = map.tenant(try #require(map.tenant(id: "globex")))
    #expect(map.text(tenant.database) == "globex \"db\"\\é")
    #expect(tenant.state == .suspended)
    let policy = map.policy(tenant.policy)
    #expect(policy.tier == .bounded(milliseconds: 5_000))
    #expect(policy.readTier == .eventual)
    #expect(policy.pooling == .transaction)
    #expect(policy.boundedFallback == .refuse)
    #expect(policy.primaryReadBudgetPercent == 5)
    let sample = try #require(MapDocument.sample.policies.first)
    #expect(policy.envelope == sample.envelope)
    #expect(policy.degradation == sample.degradation)
    #expect(policy.hotTenant?.quarantinePool == map.pool(id: "shared"))
    #expect(policy.hotTenant?.shardTimePercent == 50)
    #expect(policy.label.map { map.text($0) } == "gold")
    let end = UInt64(MapDocument.modeEnd.millisecondsSince1970)
    #expect(tenant.mode == TimedMode(.eventualOnly, untilMilliseconds: end))
    let shard = map.shard(tenant.shard)
    #expect(shard.mode == TimedMode(.paused, untilMilliseconds: end))
    #expect(map.text(shard.modeCause) == "disk \"full\"")
    let shared = try #require(map.pool(id: "shared"))
    #expect(map.routers(of: shared).map { String(decoding: $0, as: UTF8.self) } == ["r1", "r2"])
    #expect(map.pool(shared).routersPerTenant == 1)
    #expect(map.addresses(of: shared).map(\.description) == ["127.0.0.1:6432", "[::1]:6432"])
    let acme = map.tenant(try #require(map.tenant(id: "acme")))
    #expect(
      map.policy(acme.policy).freshness[.permissions]
        == FreshnessBound(ttlMilliseconds: 10_000, maxStaleMilliseconds: 3_600_000))

    // All but the header's root, and the checksum over it, is what the document compiles to.
    var builder = MapBuilder(mapVersion: 8, issuedAt: 1_795_219_201_000, root: state.root)
    #expect(builder.root == state.root)
    builder = MapBuilder(mapVersion: 8, issuedAt: 1_795_219_201_000)
    let document = try MapCompiler.compile(try state.document())
    let records = try compiled(state)
    #expect(document.count == records.count)
    #expect(document.dropFirst(4_096) == records.dropFirst(4_096))
  }

  @Test(
    "refuses what refers to a record that isn't there",
    arguments: [
      "region/far", "zone/near-a", "instance/s1-b", "shard/s1", "policy/standard", "pool/own",
    ])
  func dangling(key: String) throws {
    var state = Samples.state(tenants: 1)
    state.change(
      to: 9, issuedAtMilliseconds: 0, upserts: [], removes: [try #require(ResourceKey(key))])
    #expect { try compiled(state) } throws: { ($0 as? ExchangeError)?.code == "invalid-map" }
  }

  @Test("refuses an address that is none, and a policy whose values are out of range")
  func badValues() throws {
    var rules = FreshnessRules.standard
    rules[.routing] = FreshnessBound(ttlMilliseconds: 2_000, maxStaleMilliseconds: 1_000)
    let bad: [MapResource] = [
      .instance(Instance(id: "s1-a", zone: "near-a", address: "somewhere:5432")),
      .policy(Policy(id: "standard", tier: .strong, freshness: rules)),
      .policy(Policy(id: "standard", tier: .strong, primaryReadBudgetPercent: 101)),
      .policy(Policy(id: "standard", tier: .strong, primaryReadBudgetPercent: .max)),
      .policy(Policy(id: "standard", tier: .strong, envelope: Envelope(weight: 0))),
      .policy(
        Policy(
          id: "standard", tier: .strong,
          hotTenant: HotTenantTerms(
            HotTenantRules(p95Milliseconds: 1), quarantinePool: "nowhere"))),
      .pool(Pool(id: "own", dedicated: true, routersPerTenant: 1)),
      .pool(Pool(id: "own", dedicated: true, addresses: ["somewhere:1"])),
    ]
    for resource in bad {
      var state = Samples.state(tenants: 1)
      state.change(to: 9, issuedAtMilliseconds: 0, upserts: [MapRecord(resource)])
      #expect { try compiled(state) } throws: { ($0 as? ExchangeError)?.code == "invalid-map" }
    }
  }
}
