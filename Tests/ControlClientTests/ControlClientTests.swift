import Foundation
import MapExchange
import Testing

@testable import ControlClient

/// The client against a server that answers as scripted.
@Suite struct ControlClientTests {
  private func client(
    _ server: ScriptedServer, tokenFile: String? = nil, attempts: Int = 4
  ) throws -> ControlClient {
    try ControlClient(
      ControlEndpoint(url: server.url, tokenFile: tokenFile), attempts: attempts)
  }

  @Test func `a listing is read part by part`() async throws {
    let server = try ScriptedServer { request, _ in
      request.target.contains("after=b")
        ? .plain(200, [:], #"{"items":[{"id":"c","version":3}],"next":null}"#)
        : .plain(
          200, [:], #"{"items":[{"id":"a","version":1},{"id":"b","x":[1],"version":2}],"next":"b"}"#
        )
    }
    defer { server.stop() }
    let all = try await client(server).listAll(.policy)
    #expect(all.map(\.key.description) == ["policy/a", "policy/b", "policy/c"])
    #expect(all.map(\.version) == [1, 2, 3])
    #expect(all[1].fields == ["id": .string("b"), "x": .array([.integer(1)])])
    #expect(
      server.requests.map(\.line) == [
        "GET /v1/policies?limit=500", "GET /v1/policies?limit=500&after=b",
      ])
  }

  @Test func `a listing that does not advance ends with an error`() async throws {
    let server = try ScriptedServer { _, _ in .plain(200, [:], #"{"items":[],"next":"b"}"#) }
    defer { server.stop() }
    let client = try client(server)
    await #expect(throws: ControlClientError.self) { try await client.listAll(.tenant) }
    #expect(server.requests.count == 2)
  }

  @Test func `a write carries its condition, its reason and one key for all attempts`() async throws
  {
    let server = try ScriptedServer { _, place in
      place < 2
        ? .plain(503)
        : .plain(
          200,
          [
            "ETag": "\"8\"", "Shardway-Map-Version": "42",
            "Shardway-Committed-At": "1795000000000000",
          ])
    }
    defer { server.stop() }
    let receipt = try await client(server).patch(
      ResourceKey(kind: .tenant, id: "acme"), ["shard": .string("s2")], if: .ifVersion(7),
      note: WriteNote(why: "moved\nover", correlationID: "c1"))
    #expect(
      receipt
        == WriteReceipt(
          version: 8, mapVersion: 42, committedAtMicroseconds: 1_795_000_000_000_000))
    let requests = server.requests
    #expect(requests.count == 3)
    #expect(Set(requests.map { $0.headers["idempotency-key"] ?? "" }).count == 1)
    let first = try #require(requests.first)
    #expect(first.line == "PATCH /v1/tenants/acme")
    #expect(first.body == #"{"shard":"s2"}"#)
    #expect(first.headers["if-match"] == "\"7\"")
    #expect(first.headers["shardway-why"] == "moved over")
    #expect(first.headers["x-correlation-id"] == "c1")
    #expect(first.headers["content-type"] == "application/merge-patch+json")
  }

  @Test func `several changes are one request`() async throws {
    let server = try ScriptedServer { _, _ in .plain(200) }
    defer { server.stop() }
    try await client(server).change([
      .put(ResourceKey(kind: .tenant, id: "acme"), fields: ["shard": .string("s1")], ifVersion: 3),
      .delete(ResourceKey(kind: .tenant, id: "birch")),
    ])
    #expect(
      server.requests.map(\.body) == [
        #"{"changes":[{"ifVersion":3,"put":"tenant/acme","resource":{"shard":"s1"}},{"delete":"tenant/birch"}]}"#
      ])
    let client = try client(server)
    await #expect(throws: ControlClientError.self) { try await client.change([]) }
  }

  @Test(arguments: [
    (400, 1), (401, 1), (403, 1), (404, 1), (409, 1), (412, 1), (422, 1), (500, 1), (429, 3),
    (502, 3), (503, 3), (504, 3),
  ])
  func `what may pass is tried again, what is refused is told at once`(
    status: Int, attempts: Int
  ) async throws {
    let server = try ScriptedServer { _, _ in
      .plain(
        status, ["Content-Type": "application/problem+json"],
        #"{"status":0,"title":"No","detail":"because","code":"the-code"}"#)
    }
    defer { server.stop() }
    let client = try client(server, attempts: 3)
    let error = try await #require(throws: ControlClientError.self) {
      try await client.get(ResourceKey(kind: .tenant, id: "acme"))
    }
    #expect(error.problem?.status == status)
    #expect(error.problem?.code == "the-code")
    #expect(
      "\(error)".hasPrefix("GET /v1/tenants/acme: No: because (the-code, HTTP \(status))"))
    #expect(server.requests.count == attempts)
  }

  @Test func `an answer of somebody else is told as it is`() async throws {
    let server = try ScriptedServer { request, _ in
      request.target.contains("routers") ? .plain(404, [:], "<h1>Not here") : .plain(200, [:], "{")
    }
    defer { server.stop() }
    let client = try client(server)
    let refused = try await #require(throws: ControlClientError.self) {
      try await client.routers()
    }
    #expect("\(refused)".contains("<h1>Not here"))
    let garbled = try await #require(throws: ControlClientError.self) {
      try await client.listAll(.tenant)
    }
    #expect("\(garbled)".contains("is the address that of shardway-control?"))
  }

  @Test func `a connection that breaks is tried again`() async throws {
    let server = try ScriptedServer { _, place in
      place < 2 ? .hangUp : .plain(200, [:], #"{"items":[]}"#)
    }
    defer { server.stop() }
    #expect(try await client(server).routers().isEmpty)
    #expect(server.requests.count == 3)
  }

  @Test func `nobody there is told with the address and the number of attempts`() async throws {
    let server = try ScriptedServer { _, _ in .hangUp }
    server.stop()
    let client = try client(server, attempts: 2)
    let error = try await #require(throws: ControlClientError.self) {
      try await client.routers()
    }
    guard case .unreachable(server.url, _, attempts: 2) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func `a cancelled task does not go on trying`() async throws {
    let server = try ScriptedServer { _, _ in .silence }
    defer { server.stop() }
    let client = try client(server)
    let task = Task { try await client.routers() }
    while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    task.cancel()
    await #expect(throws: ControlClientError.cancelled) { try await task.value }
  }

  @Test func `the token is read from its file each time`() async throws {
    let path = NSTemporaryDirectory() + "/token-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let server = try ScriptedServer { _, _ in .plain(200, [:], #"{"items":[]}"#) }
    defer { server.stop() }
    let client = try client(server, tokenFile: path)
    await #expect(throws: ControlClientError.self) { try await client.routers() }
    for token in ["first", "second"] {
      try Data("\(token)\n".utf8).write(to: URL(fileURLWithPath: path))
      _ = try await client.routers()
    }
    #expect(
      server.requests.map { $0.headers["authorization"] ?? "" } == [
        "Bearer first", "Bearer second",
      ])
    for content in ["", "two words", "caf\u{e9}", String(repeating: "x", count: 5000)] {
      try Data(content.utf8).write(to: URL(fileURLWithPath: path))
      await #expect(throws: ControlClientError.self) { try await client.routers() }
    }
  }

  @Test(arguments: [
    "", "control.example", "ftp://control.example", "http://", "https://u@control.example",
    "https://control.example?x=1", "http://control.example",
  ])
  func `an address that can't be used is refused`(url: String) {
    #expect(throws: ControlClientError.self) {
      try ControlClient(ControlEndpoint(url: url, tokenFile: "/token"))
    }
  }
}
