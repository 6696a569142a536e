@testable import ControlPlane
import NIOHTTP1
import Testing

@Suite("The OpenAPI document")
struct OpenAPITests {
  @Test("Has every route, and only references that resolve")
  func document() async throws {
    try await TestServer.run { server in
      let answer = try await server.send(.GET, "/v1/openapi.json", role: nil)
      #expect(answer.status == 200)
      let document = answer.json
      #expect(document["openapi"] == "3.1.0")
      #expect(document["info"]?["title"] != nil)
      #expect(document["info"]?["version"] != nil)
      let paths = try #require(document["paths"]?.fields)
      let schemas = try #require(document["components"]?["schemas"]?.fields)
      var operations: Set<String> = []
      for (path, item) in paths {
        for (method, operation) in item.fields ?? [:] {
          let id = try #require(operation["operationId"]?.text)
          #expect(operations.insert(id).inserted, "\(id) is there twice")
          #expect(operation["summary"]?.text?.isEmpty == false)
          #expect(operation["responses"]?.fields?.isEmpty == false)
          let inPath = path.split(separator: "/").filter { $0.hasPrefix("{") }.count
          let declared = operation["parameters"]?.elements?.filter { $0["in"] == "path" }.count
          #expect(declared == inPath, "\(method) \(path)")
          let names = operation["parameters"]?.elements?.compactMap { $0["name"]?.text } ?? []
          #expect(Set(names).count == names.count)
        }
      }
      // 5 for each kind, the batch, 2 of maps, 2 of events, 4 of routers, 3 open ones.
      let expected: Int = 7 * 5 + 1 + 2 + 2 + 4 + 3
      #expect(operations.count == expected)
      let references = Self.references(in: document)
      #expect(!references.isEmpty)
      for reference in references {
        let name = reference.split(separator: "/").last.map(String.init) ?? ""
        #expect(reference == "#/components/schemas/\(name)")
        #expect(schemas[name] != nil, "\(reference) leads nowhere")
      }
    }
  }

  @Test("Schemas name the fields that resources have")
  func schemas() async throws {
    try await TestServer.run { server in
      try await server.home.execute(Self.everyField)
      let document = try await server.send(.GET, "/v1/openapi.json").json
      for (path, id, schema) in [
        ("regions", "north", "Region"), ("zones", "n1", "Zone"), ("instances", "a", "Instance"),
        ("shards", "one", "Shard"), ("policies", "standard", "Policy"), ("pools", "shared", "Pool"),
        ("tenants", "acme", "Tenant"),
      ] {
        let fields = try await server.send(.GET, "/v1/\(path)/\(id)").json.fields ?? [:]
        let properties = document["components"]?["schemas"]?[schema]?["properties"]?.fields ?? [:]
        #expect(Set(fields.keys) == Set(properties.keys), "\(schema)")
      }
    }
  }

  /// Fields that nobody need write, and that a resource shows only where they say something.
  private static let everyField: [Change] = [
    SampleFleet.put(
      "pool/shared",
      [
        "dedicated": false, "foreign": "serve", "routers": ["r1", "r2"], "routersPerTenant": 1,
        "addresses": ["127.0.0.1:6432"],
      ]),
    SampleFleet.put(
      "policy/standard",
      [
        "tier": "strong", "readTier": "session", "pooling": "transaction",
        "primaryReadBudgetPercent": 30, "envelope": ["transactionsPerSecond": 500, "burst": 100],
        "degradation": ["deepest": "relaxed"],
        "hotTenant": ["p95": "200ms", "quarantinePool": "shared"], "label": "gold",
      ]),
    SampleFleet.put(
      "shard/one",
      [
        "primary": "a", "replicas": ["b"], "mode": "read-only", "modeCause": "disk full",
        "modeUntil": "2026-11-29T10:00:00Z",
      ]),
    SampleFleet.put(
      "tenant/acme",
      SampleFleet.tenant(shard: "one", database: "acme").merging([
        "mode": "paused", "modeUntil": "2026-11-29T10:00:00Z",
      ])),
  ]

  private static func references(in value: JSONValue) -> [String] {
    switch value {
    case .object(let fields):
      fields.flatMap { name, value in
        name == "$ref" ? [value.text ?? ""] : references(in: value)
      }
    case .array(let elements): elements.flatMap { references(in: $0) }
    case .null, .bool, .integer, .string: []
    }
  }
}
