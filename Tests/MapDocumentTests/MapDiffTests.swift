import Foundation
import MapDocument
import ShardMap
import Testing

@testable import shardway

@Suite("Comparing two maps")
struct MapDiffTests {
  private static func field(_ name: String, _ old: String?, _ new: String?) -> MapDiff.Field {
    MapDiff.Field(name: name, old: old, new: new)
  }

  @Test("finds nothing between equal maps, whatever their order and the form of addresses")
  func equal() {
    let other = MapDocument.sample {
      $0.mapVersion = 99
      $0.tenants.reverse()
      $0.policies.reverse()
      $0.topology.regions.reverse()
      $0.topology.instances[2].address = "[0:0:0:0::1]:5433"
    }
    #expect(MapDiff(from: .sample, to: other).isEmpty)
  }

  @Test("names the fields that changed, of every kind")
  func changed() {
    let new = MapDocument.sample {
      $0.topology.regions = [
        Region(id: "near", zones: ["near-a"]), Region(id: "far", zones: ["far-a", "near-b"]),
      ]
      $0.topology.instances[0].address = "127.0.0.1:6000"
      $0.shards[0].replicas = []
      $0.shards[1].mode = .normal
      $0.policies[0].freshness[.permissions].maxStaleMilliseconds = FreshnessBound.never
      $0.policies[1].boundedFallback = .refuse
      $0.policies[1].tier = .bounded(milliseconds: 5_000)
      $0.policies[1].readTier = .session
      $0.policies[1].pooling = .transaction
      $0.policies[1].primaryReadBudgetPercent = 50
      $0.pools[0].dedicated = true
      $0.tenants[0].shard = "s2"
      $0.tenants[0].generation = 3
    }
    let diff = MapDiff(from: .sample, to: new)
    #expect(diff.added.isEmpty)
    #expect(diff.removed.isEmpty)
    let expected: [(String, [MapDiff.Field])] = [
      ("zone/near-b", [Self.field("region", "near", "far")]),
      ("instance/s1-a", [Self.field("address", "127.0.0.1:5433", "127.0.0.1:6000")]),
      ("shard/s1", [Self.field("replicas", "s1-b", "")]),
      ("shard/s2", [Self.field("mode", "paused", "normal")]),
      (
        "policy/relaxed",
        [
          Self.field("tier", "eventual", "bounded:5s"),
          Self.field("readTier", "as tier", "session"),
          Self.field("pooling", "as the listener", "transaction"),
          Self.field("boundedFallback", "primary", "refuse"),
          Self.field("primaryReadBudgetPercent", "20", "50"),
        ]
      ),
      ("policy/standard", [Self.field("freshness.permissions.maxStale", "12h", "never")]),
      ("pool/shared", [Self.field("dedicated", "false", "true")]),
      ("tenant/acme", [Self.field("generation", "2", "3"), Self.field("shard", "s1", "s2")]),
    ]
    #expect(diff.changed == expected.map { MapDiff.Entry(key: $0.0, fields: $0.1) })
  }

  @Test("names what changed of envelopes, downgrades, hot tenants, pools and modes")
  func terms() throws {
    let diff = MapDiff(from: .sample, to: .full)
    let changed = Dictionary(uniqueKeysWithValues: diff.changed.map { ($0.key, $0.fields) })
    #expect(
      changed["shard/s2"] == [
        Self.field("modeUntil", "", "2026-11-29T10:00:00Z"),
        Self.field("modeCause", "", "disk nearly full"),
      ])
    #expect(
      changed["tenant/globex"] == [
        Self.field("mode", "normal", "read-only"),
        Self.field("modeUntil", "", "2026-11-29T10:00:00Z"),
      ])
    #expect(
      changed["pool/shared"] == [
        Self.field("foreign", "refuse", "relay"), Self.field("routers", "", "r1, r2, r3"),
        Self.field("routersPerTenant", "all", "2"),
        Self.field("addresses", "", "127.0.0.1:6432, [::1]:6432"),
      ])
    let policy = try #require(changed["policy/relaxed"])
    #expect(
      policy.map(\.name) == [
        "envelope.transactionsPerSecond", "envelope.burst", "envelope.clientConnections",
        "envelope.connectionAttemptsPerSecond", "envelope.serverConnections",
        "envelope.bytesInPerSecond", "envelope.bytesOutPerSecond", "envelope.maxDelay",
        "envelope.weight", "envelope.priority", "degradation.deepest",
        "degradation.relaxedBound", "hotTenant.shardTimePercent", "hotTenant.p95",
        "hotTenant.sustained", "hotTenant.coolDown", "hotTenant.tightenPercent",
        "hotTenant.quarantinePool", "hotTenant.requestsMove", "label",
      ])
    #expect(policy.first == Self.field("envelope.transactionsPerSecond", "", "500"))
    #expect(policy.contains(Self.field("envelope.maxDelay", "1s", "2s")))
  }

  @Test("lists what came and what went, in the order of kinds and ids")
  func addedAndRemoved() {
    let new = MapDocument.sample {
      $0.tenants.removeLast()
      $0.tenants.append(
        Tenant(
          id: "b", generation: 1, shard: "s1", database: "b", pool: "own", policy: "standard"))
      $0.tenants.append(
        Tenant(
          id: "a", generation: 1, shard: "s1", database: "a", pool: "own", policy: "standard"))
      $0.pools.append(Pool(id: "more", dedicated: false))
      $0.topology.instances.removeLast()
    }
    let diff = MapDiff(from: .sample, to: new)
    #expect(diff.added.map(\.key) == ["pool/more", "tenant/a", "tenant/b"])
    #expect(diff.removed.map(\.key) == ["instance/spare", "tenant/globex"])
    #expect(diff.added[0].fields.first == Self.field("dedicated", nil, "false"))
    #expect(
      diff.removed[0].fields
        == [Self.field("zone", "far-a", nil), Self.field("address", "127.0.0.1:5440", nil)])
  }

  @Test("takes a compiled map for what it was compiled from")
  func compiled() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("map-diff-\(UUID().uuidString).swmap").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let document = MapDocument.sample {
      $0.policies[1].freshness[.routing].ttlMilliseconds = 1_500
      $0.policies[1].boundedFallback = .refuse
      $0.policies[1].tier = .bounded(milliseconds: 1)
      $0.policies[1].readTier = .eventual
      $0.policies[1].pooling = .session
      $0.policies[1].primaryReadBudgetPercent = 0
    }
    try MapCompiler.write(document, to: path)
    let map = try CompiledMap.open(path: path)
    #expect(MapDiff(from: document, to: MapDocument(map)).isEmpty)
    #expect(try MapCompiler.compile(MapDocument(map)) == MapCompiler.compile(document))
    try MapCompiler.write(.full, to: path)
    let full = MapDocument(try CompiledMap.open(path: path))
    #expect(full.shards == MapDocument.full.shards)
    #expect(full.policies == MapDocument.full.policies)
    #expect(full.pools == MapDocument.full.pools)
    #expect(MapDiff(from: .full, to: full).isEmpty)
    try MapCompiler.write(document, to: path)
    let changed = MapDocument.sample { $0.tenants.removeAll() }
    let report = MapDiffReport(
      from: try ComparedMap.read(path),
      to: ComparedMap(path: "new.json", document: changed, root: nil))
    #expect(report.text.contains("- tenant/acme generation 2; shard s1; database acme"))
    #expect(report.text.hasSuffix("0 added, 2 removed, 1 changed"))
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
    let object = try #require(json as? [String: Any])
    let removed = try #require(object["removed"] as? [[String: Any]])
    #expect(removed.map { $0["key"] as? String } == ["tenant/acme", "tenant/globex"])
    let change = try #require((object["changed"] as? [[String: Any]])?.first)
    let fields = try #require(change["fields"] as? [String: [String: String]])
    #expect(fields["freshness.routing.ttl"] == ["from": "1500ms", "to": "30s"])
  }
}
