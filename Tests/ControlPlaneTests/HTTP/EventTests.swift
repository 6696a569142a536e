import AsyncHTTPClient
import ControlPlane
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@Suite("Events")
struct EventTests {
  /// Reads a stream until it has so many events, or so many comments.
  private static func read(
    _ server: TestServer, after last: String?, events: Int, comments: Int = 0
  ) async throws -> [String] {
    var request = HTTPClientRequest(url: server.url + "/v1/events")
    request.headers.add(name: "Authorization", value: "Bearer \(TestServer.tokens[.reader] ?? "")")
    if let last { request.headers.add(name: "Last-Event-ID", value: last) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    var text = ""
    for try await chunk in response.body {
      text += String(buffer: chunk)
      let blocks = text.components(separatedBy: "\n\n").dropLast()
      let found = blocks.filter { $0.hasPrefix("id: ") }
      if found.count >= events, blocks.count - found.count > comments { return Array(found) }
    }
    return []
  }

  @Test("A stream goes on after the last event one has, with hints and no content")
  func resumed() async throws {
    try await TestServer.run { server in
      let blocks = try await Self.read(server, after: "11", events: 2)
      #expect(blocks.count == 2)
      let lines = blocks[0].split(separator: "\n")
      #expect(lines[0] == "id: 12")
      #expect(lines[1] == "event: dev.shardway.tenant.created")
      let data = try JSONValue(json: Array(lines[2].dropFirst("data: ".count).utf8))
      #expect(
        Set(data.fields?.keys.map { $0 } ?? []) == ["id", "sequence", "subject", "time", "type"])
      #expect(data["subject"] == "tenant/acme")
      #expect(!blocks.joined().contains("database"))
    }
  }

  @Test("Without a last event a stream begins now, and a commit arrives")
  func live() async throws {
    try await TestServer.run { server in
      async let blocks = Self.read(server, after: nil, events: 1)
      while server.home.signal.waitingCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
      _ = try await server.send(.DELETE, "/v1/tenants/acme", headers: [("If-Match", "*")])
      let lines = try await blocks[0].split(separator: "\n")
      #expect(lines[0] == "id: 14")
      #expect(lines[1] == "event: dev.shardway.tenant.deleted")
    }
  }

  @Test("A silent stream has a heartbeat")
  func heartbeat() async throws {
    var limits = ServerLimits()
    limits.heartbeat = .milliseconds(50)
    try await TestServer.run(limits: limits) { server in
      _ = try await Self.read(server, after: nil, events: 0, comments: 3)
    }
  }

  @Test("More streams than the limit are refused, and a place becomes free again")
  func tooMany() async throws {
    var limits = ServerLimits()
    limits.eventStreams = 1
    limits.heartbeat = .milliseconds(20)
    try await TestServer.run(limits: limits) { server in
      let open = Task { try await Self.read(server, after: nil, events: 99) }
      while server.home.signal.waitingCount == 0 { try await Task.sleep(for: .milliseconds(2)) }
      #expect(try await server.send(.GET, "/v1/events").status == 429)
      open.cancel()
      _ = await open.result
      let deadline = ContinuousClock.now + .seconds(60)
      var blocks: [String] = []
      while blocks.isEmpty, .now < deadline {
        blocks = try await Self.read(server, after: "12", events: 1)
      }
      #expect(blocks.count == 1)
    }
  }
}
