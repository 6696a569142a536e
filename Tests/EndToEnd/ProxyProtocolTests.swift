import Foundation
import LocalFleet
import Testing
import Wire

/// Clients that come through a load balancer, with real servers behind the router and, where it is installed, HAProxy in front.
@Suite struct ProxyProtocolTests {
  static let haproxy = "/usr/sbin/haproxy"
  static var hasHAProxy: Bool { FileManager.default.isExecutableFile(atPath: haproxy) }

  /// A router whose listeners want headers, and which tells servers where clients are.
  private static func options(
    pooling: String = "session", proxy: String = "required"
  ) -> RouterOptions {
    var options = World.routerOptions(workers: 2)
    options.sections["listeners"] = """

        - address: "127.0.0.1:0"
          protocol: postgres
          proxyProtocol: \(proxy)
          pooling: \(pooling)
        - address: "127.0.0.1:0"
          protocol: tcp
          sniSuffix: "\(RouterOptions.serverNameSuffix)"
          proxyProtocol: \(proxy)
      """
    options.sections["servers"] = "{ applicationName: client-address }"
    options.sections["pooling"] = "{ authentication: trust }"
    return options
  }

  private static let origin = ProxyOrigin.ipv4(
    source: IPv4Endpoint(address: 0xCB00_7107, port: 50123),
    destination: IPv4Endpoint(address: 0xC000_0201, port: 5432))

  /// Headers that end their connection, with the counter of each.
  static let wrong: [(name: String, bytes: [UInt8], counter: String)] = {
    let good = ProxyHeader.encoded(origin, hasChecksum: true)
    let signature = Array(good.prefix(12))
    func changed(_ place: Int, _ byte: UInt8) -> [UInt8] {
      var bytes = good
      bytes[place] = byte
      return bytes
    }
    return [
      ("no header", [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F], "missing"),
      ("HTTP", Array("GET / HTTP/1.1\r\n\r\n".utf8), "missing"),
      ("half a signature", Array(signature.prefix(5)) + [1], "malformed"),
      ("version 3", signature + [0x31], "malformed"),
      ("unknown command", signature + [0x22], "malformed"),
      ("unknown family", signature + [0x21, 0x41], "malformed"),
      ("too few addresses", signature + [0x21, 0x11, 0, 4, 1, 2, 3, 4], "malformed"),
      (
        "field behind the end",
        signature + [0x21, 0x11, 0, 14] + [UInt8](repeating: 0, count: 12) + [4, 9], "malformed"
      ),
      ("too long", signature + [0x21, 0x11, 0xFF, 0xFF], "too_long"),
      ("wrong checksum", changed(17, 9), "wrong_checksum"),
      ("line without an address", Array("PROXY TCP4\r\n".utf8), "malformed"),
      (
        "line without end", Array(("PROXY UNKNOWN " + String(repeating: "x", count: 100)).utf8),
        "too_long"
      ),
    ]
  }()

  /// What the router has counted so far.
  private static func counters(_ router: LocalRouter) async throws -> [String: Int] {
    let before = router.log.components(separatedBy: "counters: ").count
    router.process.signal(SIGUSR1)
    try await eventually("the counters are in the log") {
      router.log.components(separatedBy: "counters: ").count > before
        && router.log.components(separatedBy: "counters: ").last?.contains("\n") == true
    }
    let line = router.log.components(separatedBy: "counters: ").last?.split(separator: "\n").first
    let pairs = (line ?? "").split(separator: " ").compactMap { word -> (String, Int)? in
      let parts = word.split(separator: "=")
      return parts.count == 2 ? Int(parts[1]).map { (String(parts[0]), $0) } : nil
    }
    return Dictionary(pairs) { $1 }
  }

  @Test func `a wrong header ends its own connection, and is counted`() async throws {
    try await withRouter(Self.options(), name: "proxy-wrong") { fleet, router in
      let neighbour = try WireClient(port: router.postgresPort)
      try neighbour.send(ProxyHeader.encoded(Self.origin))
      try neighbour.start(["user": "app", "database": fleet.tenants[0].id])
      _ = try await neighbour.messages(upTo: "Z")
      for port in [router.postgresPort, router.tlsPort] {
        for (name, bytes, _) in Self.wrong {
          let client = try WireClient(port: port)
          try client.send(bytes)
          // A connection with bytes that nobody has read is reset.
          let answer = try? await client.receive(1)
          #expect(answer == nil || answer == .some(nil), "\(name)")
        }
      }
      var expected: [String: Int] = [:]
      for (_, _, counter) in Self.wrong { expected["proxy_headers_\(counter)", default: 0] += 2 }
      let counted = try await Self.counters(router)
      for (counter, count) in expected { #expect(counted[counter] == count, "\(counter)") }
      #expect(counted["connections_refused"] == 0)
      try neighbour.query("SELECT 1")
      #expect(try await neighbour.messages(upTo: "Z").contains { $0.type == "D" })
    }
  }

  @Test(arguments: ["session", "transaction"])
  func `the client's address reaches the server`(pooling: String) async throws {
    try await withRouter(Self.options(pooling: pooling), name: "proxy-name-\(pooling)") {
      fleet, router in
      let client = try WireClient(port: router.postgresPort)
      try client.send(ProxyHeader.encoded(Self.origin))
      try client.start([
        "user": "app", "database": fleet.tenants[0].id, "application_name": "orders",
      ])
      _ = try await client.messages(upTo: "Z")
      try client.query(
        "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()")
      let row = try #require(try await client.messages(upTo: "Z").first { $0.type == "D" })
      #expect(String(decoding: row.body, as: UTF8.self).hasSuffix("orders@203.0.113.7:50123"))
    }
  }

  @Test(
    .enabled(if: hasHAProxy), arguments: ["send-proxy", "send-proxy-v2", "send-proxy-v2-ssl-cn"])
  func `psql through HAProxy is known by its own address`(send: String) async throws {
    try await withRouter(Self.options(), name: "proxy-\(send)") { fleet, router in
      let (haproxy, conninfo) = try await Self.startHAProxy(send, router, fleet)
      defer { haproxy.signal(SIGTERM) }
      let name = try await fleet.query(
        "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()", at: conninfo)
      #expect(name.hasPrefix("psql@127.0.0.1:"), "\(name)")
      // Its checks are LOCAL, for which version 1 has no word: no failure, and no line in the log.
      let checks = send == "send-proxy" ? "proxy_headers" : "proxy_local_headers"
      let before = try await Self.counters(router)[checks, default: 0]
      try await eventually("health checks have come") {
        try await Self.counters(router)[checks, default: 0] > before + 1
      }
      let counted = try await Self.counters(router)
      for fault in ["missing", "malformed", "wrong_checksum", "too_long", "late"] {
        #expect(counted["proxy_headers_\(fault)"] == 0, "\(fault)")
      }
      #expect(counted["connections_refused"] == 0)
      #expect(!router.log.contains("PROXY header"))
    }
  }

  /// Starts HAProxy before a router, on another port when somebody else has just taken its own.
  ///
  /// - Returns: its process, and a connection to a tenant by way of it.
  private static func startHAProxy(
    _ send: String, _ router: LocalRouter, _ fleet: Fleet
  ) async throws -> (process: ChildProcess, conninfo: Conninfo) {
    for _ in 1...3 {
      let port = try LoopbackPort.free()
      // Checks have a backend of their own: where one takes longer than their interval, that has no
      // server any more.
      let configuration = try fleet.write(
        """
        defaults
          mode tcp
          timeout connect 60s
          timeout client 60s
          timeout server 60s
        backend checked
          server router 127.0.0.1:\(router.postgresPort) \(send) check check-send-proxy inter 50ms
        listen router
          bind 127.0.0.1:\(port)
          server router 127.0.0.1:\(router.postgresPort) \(send)

        """, to: "haproxy-\(send).cfg")
      let process = try fleet.start(
        Launch(haproxy, ["-db", "-f", configuration]), name: "haproxy-\(send)")
      let conninfo = router.conninfo(to: fleet.tenants[0]).with("port", "\(port)")
      try await eventually("HAProxy lets a client through, or has ended") {
        guard process.isRunning else { return true }
        return (try? await fleet.query("SELECT 1", at: conninfo)) == "1"
      }
      if process.isRunning { return (process, conninfo) }
    }
    let log = Command.lastLines(ofFile: fleet.logPath(of: "haproxy-\(send)"))
    throw Missing(what: "a port for HAProxy; it says: \(log)")
  }
}
