import AsyncHTTPClient
import ControlPlane
import MapExchange
import NIOHTTP1
import Testing

@Suite("Resources over HTTP")
struct ResourceTests {
  private static let body = SampleFleet.tenant(shard: "one", database: "x")

  @Test("A resource is created, read, replaced, patched and deleted")
  func life() async throws {
    try await TestServer.run { server in
      let created = try await server.send(.PUT, "/v1/tenants/x", Self.body)
      #expect(created.status == 201)
      #expect(created.etag == "\"1\"")
      #expect(created.headers.first(name: "Location") == "/v1/tenants/x")
      #expect(created.headers.first(name: "Shardway-Map-Version") == "14")
      #expect(created.headers.first(name: "Shardway-Event-Sequence") == "14")
      #expect(created.headers.first(name: "Shardway-Committed-At").flatMap { Int64($0) } ?? 0 > 0)
      #expect(created.json["generation"] == 1)
      #expect(created.json["state"] == "active")

      let read = try await server.send(.GET, "/v1/tenants/x", role: .reader)
      #expect(read.json == created.json)
      #expect(read.etag == "\"1\"")
      let known = try await server.send(
        .GET, "/v1/tenants/x", headers: [("If-None-Match", "\"1\"")])
      #expect(known.status == 304)

      let moved = try await server.send(
        .PATCH, "/v1/tenants/x", ["shard": "two"], headers: [("If-Match", "\"1\"")])
      #expect(moved.status == 200)
      #expect(moved.json["generation"] == 2)
      #expect(moved.json["version"] == 2)
      let replaced = try await server.send(
        .PUT, "/v1/tenants/x", Self.body, headers: [("If-Match", "*")])
      #expect(replaced.json["generation"] == 3)

      let gone = try await server.send(
        .DELETE, "/v1/tenants/x", headers: [("If-Match", "\"3\"")])
      #expect(gone.status == 204)
      #expect(try await server.send(.GET, "/v1/tenants/x").status == 404)
    }
  }

  @Test(
    "Preconditions decide",
    arguments: [
      (HTTPMethod.PUT, "acme", [], 428, "condition-required"),
      (.PATCH, "acme", [], 428, "condition-required"),
      (.DELETE, "acme", [], 428, "condition-required"),
      (.PUT, "acme", [("If-None-Match", "*")], 412, "already-exists"),
      (.PUT, "acme", [("If-Match", "\"2\"")], 412, "version-conflict"),
      (.PATCH, "acme", [("If-Match", "\"2\"")], 412, "version-conflict"),
      (.DELETE, "acme", [("If-Match", "\"2\"")], 412, "version-conflict"),
      (.PUT, "nobody", [("If-Match", "*")], 412, "version-conflict"),
      (.PATCH, "nobody", [], 404, "not-found"), (.DELETE, "nobody", [], 404, "not-found"),
      (.PUT, "acme", [("If-Match", "2")], 400, "bad-request"),
      (.PUT, "acme", [("If-Match", "W/\"1\"")], 400, "bad-request"),
      (.PUT, "acme", [("If-None-Match", "\"1\"")], 400, "bad-request"),
      (.DELETE, "acme", [("If-None-Match", "*")], 400, "bad-request"),
    ] as [(HTTPMethod, String, [(String, String)], Int, String)])
  func preconditions(
    _ method: HTTPMethod, _ id: String, _ headers: [(String, String)], _ status: Int, _ code: String
  ) async throws {
    try await TestServer.run { server in
      let body = method == .DELETE ? nil : Self.body
      let answer = try await server.send(method, "/v1/tenants/\(id)", body, headers: headers)
      #expect(answer.status == status)
      #expect(answer.code == code)
      #expect(answer.headers.first(name: "Content-Type") == "application/problem+json")
      #expect(answer.json["status"] == .integer(Int64(status)))
      #expect(answer.json["instance"] == .string("/v1/tenants/\(id)"))
      if status == 412, id == "acme" { #expect(answer.json["currentVersion"] == 1) }
      #expect(try await server.home.store.currentHead().sequence == 13)
    }
  }

  @Test("A repeated request gets the same answer, and another one under its key is refused")
  func idempotency() async throws {
    try await TestServer.run { server in
      let key = [("Idempotency-Key", "k-1")]
      let first = try await server.send(.PUT, "/v1/tenants/x", Self.body, headers: key)
      let second = try await server.send(.PUT, "/v1/tenants/x", Self.body, headers: key)
      #expect(second.status == 201)
      #expect(second.body == first.body)
      #expect(second.etag == first.etag)
      #expect(second.headers.first(name: "Idempotency-Replayed") == "true")
      for header in ["Shardway-Map-Version", "Shardway-Event-Sequence", "Location"] {
        #expect(second.headers.first(name: header) == first.headers.first(name: header))
      }
      let other = try await server.send(
        .PUT, "/v1/tenants/x", SampleFleet.tenant(shard: "two", database: "x"), headers: key)
      #expect(other.status == 422)
      #expect(other.code == "idempotency-key-reused")
      let elsewhere = try await server.send(.PUT, "/v1/tenants/y", Self.body, headers: key)
      #expect(elsewhere.code == "idempotency-key-reused")
    }
  }

  @Test("A listing goes page by page in the order of ids")
  func pages() async throws {
    try await TestServer.run { server in
      let changes = (0..<25).map { index -> JSONValue in
        [
          "put": .string("tenant/t\(index)"),
          "resource": SampleFleet.tenant(shard: "one", database: "d\(index)"),
        ]
      }
      let made = try await server.send(.POST, "/v1/changes", ["changes": .array(changes)])
      #expect(made.status == 200)
      var ids: [String] = []
      var after = ""
      while true {
        let page = try await server.send(.GET, "/v1/tenants?limit=10&after=\(after)").json
        ids += page["items"]?.elements?.compactMap { $0["id"]?.text } ?? []
        guard let next = page["next"]?.text else { break }
        #expect(next == ids.last)
        after = next
      }
      #expect(ids == ids.sorted())
      #expect(Set(ids) == Set((0..<25).map { "t\($0)" } + ["acme", "globex"]))
    }
  }

  @Test("A batch is made as a whole, and its fault is named")
  func batch() async throws {
    try await TestServer.run { server in
      let good: JSONValue = ["put": "tenant/x", "resource": Self.body, "ifVersion": 0]
      let bad: JSONValue = ["delete": "tenant/acme", "ifVersion": 7]
      let refused = try await server.send(.POST, "/v1/changes", ["changes": [good, bad]])
      #expect(refused.status == 412)
      #expect(refused.json["index"] == 1)
      #expect(refused.json["currentVersion"] == 1)
      #expect(try await server.send(.GET, "/v1/tenants/x").status == 404)
      let made = try await server.send(
        .POST, "/v1/changes",
        [
          "changes": [
            good, ["delete": "tenant/acme", "ifVersion": 1], good.merging(["ifVersion": .null]),
          ]
        ])
      #expect(made.status == 200)
      #expect(made.json["mapVersion"] == 15)
      #expect(
        made.json["results"]?.elements?.compactMap { $0["result"]?.text }
          == ["created", "deleted", "unchanged"])
    }
  }

  @Test(
    "What is over a limit or can't be read gets a problem that says so",
    arguments: [
      ("{", 400, "bad-request"), (#"{"changes":[]}"#, 422, "batch-size"),
      (#"{"change":[]}"#, 400, "bad-request"), ("[1.5]", 400, "bad-request"),
      (#"{"changes":[{"put":"tenant/x","delete":"tenant/x"}]}"#, 422, "invalid-change"),
      (#"{"changes":[{"put":"tenants/x","resource":{}}]}"#, 422, "invalid-change"),
      (#"{"changes":[{"put":"tenant/x"}]}"#, 422, "invalid-change"),
      (#"{"changes":[{"delete":"tenant/x","ifVersion":-1}]}"#, 422, "invalid-change"),
      (#"{"changes":[{"delete":"tenant/x","force":true}]}"#, 422, "invalid-change"),
      (String(repeating: " ", count: 70_000) + "{}", 413, "body-too-large"),
    ])
  func faults(_ body: String, _ status: Int, _ code: String) async throws {
    var limits = ServerLimits()
    limits.bodyBytes = 64 << 10
    try await TestServer.run(limits: limits) { server in
      let answer = try await TestServer.send(.POST, server.url + "/v1/changes", Array(body.utf8))
      #expect(answer.status == status)
      #expect(answer.code == code)
    }
  }

  @Test("A batch of more than the limit is refused")
  func tooMany() async throws {
    try await TestServer.run { server in
      let changes = Array(
        repeating: JSONValue.object(["delete": "tenant/x"]), count: ControlLimits.batchChanges + 1)
      let answer = try await server.send(.POST, "/v1/changes", ["changes": .array(changes)])
      #expect(answer.status == 422)
      #expect(answer.code == "batch-size")
    }
  }

  @Test("Reason, correlation and actor are in the log")
  func log() async throws {
    try await TestServer.run { server in
      let answer = try await server.send(
        .PUT, "/v1/tenants/x", role: .operator, Self.body,
        headers: [("Shardway-Why", "ticket 7"), ("X-Correlation-ID", "abc")])
      #expect(answer.headers.first(name: "X-Correlation-ID") == "abc")
      let page = try await server.send(.GET, "/v1/events/log?after=13").json
      let event = page["items"]?.elements?.first
      #expect(event?["actor"] == "operator")
      #expect(event?["why"] == "ticket 7")
      #expect(event?["correlationid"] == "abc")
      #expect(event?["specversion"] == "1.0")
      #expect(event?["type"] == "dev.shardway.tenant.created")
      #expect(event?["subject"] == "tenant/x")
      #expect(event?["sequence"] == "14")
      #expect(event?["chainhash"]?.text?.count == 64)
      #expect(page["next"] == .null)
      let long = try await server.send(
        .PUT, "/v1/tenants/y", Self.body,
        headers: [("Shardway-Why", String(repeating: "x", count: ControlLimits.whyBytes + 1))])
      #expect(long.status == 400)
    }
  }
}
