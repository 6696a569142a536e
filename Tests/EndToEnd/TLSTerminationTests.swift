import Files
import Foundation
import LocalFleet
import Testing

/// Encryption that ends at the router: what clients see of it.
@Suite("TLS that ends at the router") struct TLSTerminationTests {
  /// A connection that checks the router's certificate against one it knows.
  static func verified(
    _ router: LocalRouter, _ tenant: FleetTenant, host: String, trusting certificate: String
  ) -> Conninfo {
    router.conninfo(to: tenant).with("host", host).with("hostaddr", "127.0.0.1")
      .with("sslmode", "verify-full").with("sslrootcert", certificate)
  }

  /// A router that ends TLS with a certificate of its own for all names of `router.test`.
  private func withEncrypted(
    _ options: RouterOptions, name: String,
    _ body: (Fleet, LocalRouter, OwnCertificates) async throws -> Void
  ) async throws {
    let own = try OwnCertificates()
    try await own.make("router", names: "DNS:*.router.test")
    let options = options.encrypted("{ certificates: [\(own.entry("router"))] }")
    try await withRouter(options, name: name) { try await body($0, $1, own) }
  }

  @Test(
    "psql verifies the router's certificate, in sessions and transactions",
    arguments: [false, true])
  func verified(isPooled: Bool) async throws {
    let base = isPooled ? World.pooled(workers: 2) : World.routerOptions(workers: 2)
    try await withEncrypted(base, name: "router-tls-\(isPooled)") { fleet, router, own in
      for tenant in fleet.tenants.prefix(2) {
        let right = Self.verified(
          router, tenant, host: "db.router.test", trusting: own.certificate("router"))
        #expect(try await fleet.query("SELECT current_database()", at: right) == tenant.database)
        #expect(
          try await fleet.query("SELECT length(repeat('x', 300000))", at: right) == "300000")
        let wrong = try await Command.result(
          of: fleet.psql("SELECT 1", at: right.with("host", "router.elsewhere")))
        #expect(!wrong.status.isSuccess)
        #expect(wrong.errorOutput.contains("does not match host name"), "\(wrong.errorOutput)")
      }
    }
  }

  @Test("whoever does not encrypt is told to where that is required")
  func required() async throws {
    try await withEncrypted(World.routerOptions(workers: 1), name: "router-tls-required") {
      fleet, router, own in
      let plain = router.conninfo(to: fleet.tenants[0]).with("sslmode", "disable")
      let result = try await Command.result(of: fleet.psql("SELECT 1", at: plain))
      #expect(!result.status.isSuccess)
      #expect(
        result.errorOutput.contains("takes encrypted connections only"),
        "\(result.errorOutput)")
    }
  }

  @Test("the server name chooses certificate and tenant")
  func serverName() async throws {
    let own = try OwnCertificates()
    try await own.make("first", names: "DNS:first.test")
    try await own.make("tenants", names: "DNS:*.tenants.test")
    let options = World.routerOptions(workers: 2).encrypted(
      "{ certificates: [\(own.entry("first")), \(own.entry("tenants"))] }",
      identity: ["server-name", "option"], more: "    sniSuffix: \".tenants.test\"")
    try await withRouter(options, name: "router-tls-names") { fleet, router in
      for tenant in fleet.tenants.prefix(2) {
        let conninfo = Self.verified(
          router, tenant, host: "\(tenant.id).tenants.test", trusting: own.certificate("tenants")
        ).with("dbname", tenant.database)
        #expect(
          try await fleet.query("SELECT current_database()", at: conninfo) == tenant.database)
        let other = fleet.tenants.first { $0.id != tenant.id }!
        let result = try await Command.result(
          of: fleet.psql("SELECT 1", at: conninfo.setting("shardway.tenant", other.id)))
        #expect(result.errorOutput.contains("two tenants given"), "\(result.errorOutput)")
      }
      let first = Self.verified(
        router, fleet.tenants[0], host: "first.test", trusting: own.certificate("first"))
      #expect(
        try await fleet.query(
          "SELECT 1", at: first.setting("shardway.tenant", fleet.tenants[0].id)) == "1")
    }
  }

  @Test("a client's certificate names the tenant, and one of strangers is refused")
  func clientCertificate() async throws {
    let own = try OwnCertificates()
    let tenant = try await World.fleet.tenants[0]
    try await own.make("router", names: "DNS:*.router.test")
    try await own.make("client", names: "URI:spiffe://test/tenant/\(tenant.id)")
    try await own.make("stranger", names: "URI:spiffe://test/tenant/\(tenant.id)")
    let options = World.routerOptions(workers: 1).encrypted(
      """
      { certificates: [\(own.entry("router"))], clientCA: "\(own.certificate("client"))",
          clientCertificates: required }
      """, identity: ["certificate"],
      more: "    certificateTenant: { prefix: \"spiffe://test/tenant/\" }")
    try await withRouter(options, name: "router-tls-clients") { fleet, router in
      let conninfo = Self.verified(
        router, tenant, host: "db.router.test", trusting: own.certificate("router")
      ).with("dbname", tenant.database)
      func with(_ name: String) -> Conninfo {
        conninfo.with("sslcert", own.certificate(name)).with("sslkey", own.key(name))
      }
      #expect(
        try await fleet.query("SELECT current_database()", at: with("client")) == tenant.database)
      for refused in [conninfo, with("stranger")] {
        let result = try await Command.result(of: fleet.psql("SELECT 1", at: refused))
        #expect(!result.status.isSuccess)
        #expect(
          result.errorOutput.contains("certificate") || result.errorOutput.contains("SSL"),
          "\(result.errorOutput)")
      }
    }
  }

  @Test("sessions are resumed by whichever worker", arguments: ["-tls1_2", "-tls1_3"])
  func resumption(version: String) async throws {
    try await withEncrypted(World.routerOptions(workers: 2), name: "router-tls-tickets\(version)") {
      fleet, router, own in
      let session = own.folder["session.pem"]
      func connect(_ more: [String]) async throws -> String {
        var launch = Launch(
          "openssl",
          [
            "s_client", version, "-starttls", "postgres", "-connect",
            "127.0.0.1:\(router.postgresPort)", "-servername", "db.router.test", "-CAfile",
            own.certificate("router"), "-verify_return_error", "-ign_eof",
          ] + more)
        launch.input = .pipe
        let client = try ChildProcess(launch)
        defer { client.signal(SIGKILL) }
        try await eventually("a session") {
          // All of it: the file is there from its first byte on.
          let saved = try? String(contentsOfFile: session, encoding: .utf8)
          return client.output.contains(", TLSv1.")
            && saved?.contains("END SSL SESSION PARAMETERS") == true
        }
        return client.output
      }
      let first = try await connect(["-sess_out", session])
      #expect(first.contains("\nNew, TLSv1."))
      for _ in 0..<4 {
        let later = try await connect(["-sess_in", session])
        #expect(later.contains("\nReused, TLSv1."))
      }
    }
  }

  @Test("TLS without a request is served when it names PostgreSQL's protocol")
  func direct() async throws {
    try await withEncrypted(World.routerOptions(workers: 1), name: "router-tls-direct") {
      fleet, router, own in
      let tenant = fleet.tenants[0]
      func talk(_ more: [String]) throws -> ChildProcess {
        var launch = Launch(
          "openssl",
          [
            "s_client", "-quiet", "-verify_return_error", "-CAfile", own.certificate("router"),
            "-connect", "127.0.0.1:\(router.postgresPort)", "-servername", "db.router.test",
          ] + more)
        launch.input = .pipe
        let client = try ChildProcess(launch)
        let body = "\0\u{03}\0\0user\0\(FleetRole.application)\0database\0\(tenant.id)\0\0"
        client.write("\0\0\0" + String(UnicodeScalar(UInt8(body.utf8.count + 4))) + body)
        return client
      }
      let client = try talk(["-alpn", "postgresql"])
      defer { client.signal(SIGKILL) }
      try await eventually("a session") { client.output.contains("server_version") }
      let stranger = try talk(["-alpn", "h2"])
      defer { stranger.signal(SIGKILL) }
      try await eventually("a refusal") { !stranger.isRunning }
      #expect(!stranger.output.contains("server_version"))
    }
  }

  @Test("certificates are renewed while sessions go on")
  func renewal() async throws {
    try await withEncrypted(World.routerOptions(workers: 2), name: "router-tls-renewal") {
      fleet, router, own in
      let before = own.folder["before.crt"]
      try FileManager.default.copyItem(atPath: own.certificate("router"), toPath: before)
      let tenant = fleet.tenants[0]
      func conninfo(_ trusted: String) -> Conninfo {
        Self.verified(router, tenant, host: "db.router.test", trusting: trusted)
      }
      let session = try PsqlSession(conninfo(before), in: fleet)
      #expect(try await session.query("SELECT 1") == "1")
      try await own.make("router", names: "DNS:*.router.test")
      try await eventually("the new certificate") {
        try await Command.result(
          of: fleet.psql("SELECT 1", at: conninfo(own.certificate("router")))
        ).status.isSuccess
      }
      try await eventually("a line in the log") {
        router.log.contains("certificates renewed from")
      }
      #expect(try await session.query("SELECT 2") == "2")
      // One worker may show the old one for a moment more.
      try await eventually("the old certificate is not shown any more") {
        try await Command.result(of: fleet.psql("SELECT 1", at: conninfo(before)))
          .errorOutput.contains("certificate verify failed")
      }
    }
  }

  @Test("garbage in place of a handshake ends that connection alone, and is counted")
  func garbage() async throws {
    try await withEncrypted(World.routerOptions(workers: 1), name: "router-tls-garbage") {
      fleet, router, own in
      let tenant = fleet.tenants[0]
      let session = try PsqlSession(
        Self.verified(
          router, tenant, host: "db.router.test", trusting: own.certificate("router")), in: fleet)
      #expect(try await session.query("SELECT 1") == "1")
      for garbage in [
        [UInt8](repeating: 0x16, count: 500), Array("GET / HTTP/1.1\r\n\r\n".utf8),
        [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0],
      ] {
        let client = try WireClient(port: router.postgresPort)
        try client.send([0, 0, 0, 8, 4, 210, 22, 47])
        #expect(try await client.receive(1) == [UInt8(ascii: "S")])
        try client.send(garbage)
        client.endSending()
        // An alert, perhaps, and then the end: in order, or by a reset.
        while let byte = try? await client.receive(1), !byte.isEmpty {}
      }
      // A good beginning, of a version that is not spoken.
      let old = try await Command.result(
        of: Launch(
          "openssl",
          [
            "s_client", "-starttls", "postgres", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0",
            "-connect", "127.0.0.1:\(router.postgresPort)",
          ]))
      #expect(!old.status.isSuccess)
      #expect(try await session.query("SELECT 2") == "2")
      router.process.signal(SIGUSR1)
      try await eventually("the counters") { router.log.contains("tls_failed_protocol=") }
      #expect(router.log.contains("tls_failed_protocol=1"))
      #expect(router.log.contains("connections_refused=3"))
    }
  }
}
