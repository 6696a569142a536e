import Foundation
import MapDocument
import ShardMap
import Testing

@testable import shardway

@Suite("What map inspect and map lookup tell")
struct MapAnswerTests {
  private func map(_ document: MapDocument) throws -> CompiledMap {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("map-answer-\(UUID().uuidString).swmap").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try MapCompiler.write(document, to: path)
    return try CompiledMap.open(path: path)
  }

  private func json(_ value: some Encodable) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
    return try #require(json as? [String: Any])
  }

  @Test(
    "inspect shows envelopes, pools and modes",
    arguments: [
      "envelope.transactionsPerSecond 500, envelope.burst 100",
      "hotTenant.quarantinePool own", "label gold",
      "shared  shared  other pools' tenants: relay  each tenant on 2 of 3 routers: r1, r2, r3  "
        + "addresses 127.0.0.1:6432, [::1]:6432",
      "own  dedicated  other pools' tenants: serve",
      "s1  epoch 3  normal  primary s1-a (127.0.0.1:5433)  replicas s1-b (127.0.0.1:5434)",
      "s2  epoch 5  paused until 2026-11-29T10:00:00Z (disk nearly full)  primary s2-a",
    ])
  func inspectText(part: String) throws {
    let text = MapSummary(try map(.full)).text
    #expect(text.contains(part), "\(text)")
  }

  @Test("inspect shows nothing that a policy doesn't say")
  func silentPolicy() throws {
    let text = MapSummary(try map(.sample)).text
    for word in ["envelope.", "degradation", "hotTenant", "label", "addresses"] {
      #expect(!text.contains(word))
    }
  }

  @Test("inspect says the same to programs")
  func inspectJSON() throws {
    let object = try json(MapSummary(try map(.full)))
    #expect(object["pools"] as? Int == 2)
    let policies = try #require(object["policies"] as? [[String: Any]])
    let terms = try #require(policies[1]["terms"] as? [String: String])
    #expect(terms["envelope.maxDelay"] == "2s")
    #expect(terms["degradation.deepest"] == "relaxed")
    let pools = try #require(object["poolDetails"] as? [[String: Any]])
    #expect(pools[0]["routersPerTenant"] as? Int == 2)
    #expect(pools[0]["routers"] as? [String] == ["r1", "r2", "r3"])
    let shards = try #require(object["shards"] as? [[String: Any]])
    #expect(shards[1]["modeUntil"] as? String == "2026-11-29T10:00:00Z")
    #expect(shards[1]["modeCause"] as? String == "disk nearly full")
    #expect(shards[0]["modeCause"] == nil)
  }

  @Test("lookup shows the modes of shard and tenant, and the tenant's routers")
  func lookup() throws {
    let map = try map(.full)
    let globex = TenantAnswer(try #require(map.tenant(id: "globex")), in: map)
    #expect(
      globex.text.contains("shard     s2, epoch 5, paused until 2026-11-29T10:00:00Z (disk"))
    #expect(globex.text.hasSuffix("\n  mode      read-only until 2026-11-29T10:00:00Z"))
    #expect(try json(globex)["tenantMode"] as? String == "read-only")
    let acme = TenantAnswer(try #require(map.tenant(id: "acme")), in: map)
    let names = ["r1", "r2", "r3"].map { Array($0.utf8) }
    let own = ShuffleShard.routers(of: "acme".utf8Span.span.bytes, among: names, count: 2)
    #expect(acme.routers == own.map { ["r1", "r2", "r3"][$0] })
    #expect(acme.text.hasSuffix("pool      shared, on \(acme.routers.joined(separator: ", "))"))
  }
}
