import ConfigurationFile
import Foundation
import Testing

@testable import shardway_compare

@Suite struct PeerTests {
  private static func setting(
    _ pooling: Workload.Pooling = .session, _ encryption: Workload.Encryption = .off,
    processes: Int = 1
  ) -> Peer.Setting {
    Peer.Setting(
      workload: Workload.Setting(server: .null, pooling: pooling, encryption: encryption),
      port: 6001, serverPort: 6002, database: "acme_data", user: "app", processes: processes,
      certificatePath: "/tls/server.crt", keyPath: "/tls/server.key", usersPath: "/users")
  }

  @Test(arguments: [
    ("1.18.0", false), ("1.20.1", false), ("1.21.0", true), ("2.0", true), ("?", false),
  ])
  func `PgBouncer follows prepared statements from version 1.21 on`(version: String, does: Bool) {
    let peer = Peer.pgbouncer.ofVersion(version)
    #expect(peer.preparesShared == does)
    let text = peer.configuration(Self.setting(.transaction))
    #expect(text.contains("max_prepared_statements") == does)
  }

  @Test func `PgBouncer's processes share the server connections`() {
    let text = Peer.pgbouncer.configuration(Self.setting(.transaction, processes: 2))
    #expect(text.contains("default_pool_size = 4\n"))
    #expect(text.contains("so_reuseport = 1\n"))
    #expect(text.contains("client_tls_sslmode = disable\n"))
  }

  @Test func `PgBouncer ends the encryption where clients encrypt`() {
    let text = Peer.pgbouncer.configuration(Self.setting(.session, .on))
    #expect(text.contains("client_tls_sslmode = require\n"))
    #expect(text.contains("client_tls_key_file = /tls/server.key\n"))
  }

  @Test func `PgBouncer encrypts to servers where both sides do, and HAProxy can't`() {
    let text = Peer.pgbouncer.configuration(Self.setting(.session, .ends))
    #expect(text.contains("client_tls_sslmode = require\n"))
    #expect(text.contains("server_tls_sslmode = require\n"))
    #expect(Peer.pgbouncer.takesPart(in: Self.setting(.transaction, .ends).workload))
    #expect(!Peer.haproxy.takesPart(in: Self.setting(.session, .ends).workload))
  }

  @Test func `HAProxy ends TLS that begins with the first byte, and PgBouncer can't`() {
    let text = Peer.haproxy.configuration(Self.setting(.session, .direct))
    #expect(text.contains("backlog 4096 ssl crt /tls/server.crt alpn postgresql\n"))
    #expect(!Peer.haproxy.configuration(Self.setting(.session, .on)).contains("ssl crt"))
    #expect(Peer.haproxy.takesPart(in: Self.setting(.session, .direct).workload))
    #expect(!Peer.pgbouncer.takesPart(in: Self.setting(.session, .direct).workload))
  }

  @Test func `HAProxy can't share server connections`() {
    #expect(!Peer.haproxy.takesPart(in: Self.setting(.transaction).workload))
    #expect(Peer.haproxy.takesPart(in: Self.setting(.session, .on).workload))
  }

  @Test func `a program that is not there has no version`() async throws {
    var peer = Peer.haproxy
    peer.program = "no-such-proxy"
    #expect(try await peer.version() == nil)
  }
}

@Suite struct PeerFileTests {
  private static func load(_ text: String) throws -> [Peer] {
    let path = NSTemporaryDirectory() + "peers-\(UUID().uuidString).yaml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try PeerFile.load(path)
  }

  private static let good = """
    peers:
      - name: odyssey
        program: odyssey
        arguments: ["{configuration}"]
        pooling: [session, transaction]
        encryption: ends
        configuration: |
          listen { port {port} }
          pool "{pooling}" {servers} {clients}
    """

  @Test func `placeholders are filled, other braces are left`() throws {
    let peer = try #require(try Self.load(Self.good).first)
    #expect(peer.poolings == [.session, .transaction])
    #expect(peer.encryption == .ends)
    let text = peer.configuration(
      Peer.Setting(
        workload: Workload.Setting(server: .null, pooling: .transaction), port: 6001,
        serverPort: 6002, database: "d", user: "u", processes: 1, certificatePath: "c",
        keyPath: "k", usersPath: "l"))
    #expect(text == "listen { port 6001 }\npool \"transaction\" 8 8000")
  }

  @Test(arguments: [
    ("encryption: ends", "encrypts: ends", 6, "is not a setting"),
    ("name: odyssey", "name: router", 2, "must be a name of its own"),
    ("{servers}", "{server}", 7, "{server} means nothing"),
    ("encryption: ends", "encryption: some", 6, "must be one of none, passes, ends"),
    ("[session, transaction]", "[statement]", 5, "must be one of session, transaction"),
  ])
  func `what can't be is told with its line`(
    good: String, bad: String, line: Int, text: String
  ) throws {
    do {
      _ = try Self.load(Self.good.replacing(good, with: bad))
      Issue.record("was taken")
    } catch let error as ConfigurationError {
      #expect(error.line == line, "\(error)")
      #expect(error.text.contains(text), "\(error)")
    }
  }

  @Test func `the sample is good`() throws {
    let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Config/peers.yaml").standardizedFileURL.path
    #expect(try PeerFile.load(sample).map(\.name) == ["pgcat", "odyssey"])
  }
}
