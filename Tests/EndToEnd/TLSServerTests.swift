import Foundation
import LocalFleet
import Testing

/// Connections to servers that the router encrypts, and logins that are bound to encryption.
@Suite("TLS to servers") struct TLSServerTests {
  static let isEncrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

  static func options(_ servers: String, isPooled: Bool) -> RouterOptions {
    var options = isPooled ? World.pooled(workers: 1) : World.routerOptions(workers: 1)
    options.sections["servers"] = "{ tls: \(servers) }"
    return options
  }

  @Test("is there when it is asked for, and not otherwise", arguments: [false, true])
  func encrypted(isPooled: Bool) async throws {
    let fleet = try await World.fleet
    let plain = isPooled ? try await World.pooledRouter : try await World.router
    #expect(
      try await fleet.query(Self.isEncrypted, at: plain.conninfo(to: fleet.tenants[0])) == "f")
    for (place, servers) in [
      "{ ca: \"\(fleet.certificatePath)\" }", "{ mode: require }",
      "{ mode: verify-ca, ca: \"\(fleet.certificatePath)\", names: [{ shard: \(fleet.tenants[0].shard), serverName: other.example }] }",
    ].enumerated() {
      try await withRouter(
        Self.options(servers, isPooled: isPooled), name: "router-tls-servers-\(isPooled)-\(place)"
      ) { fleet, router in
        for tenant in fleet.tenants.prefix(2) {
          let conninfo = router.conninfo(to: tenant)
          let answer = try await fleet.query(Self.isEncrypted, at: conninfo)
          #expect(answer == "t")
          let long = try await fleet.query("SELECT length(repeat('x', 300000))", at: conninfo)
          #expect(long == "300000")
        }
      }
    }
  }

  @Test(
    "is refused where a certificate is for another name or of another authority",
    arguments: [false, true])
  func refused(isPooled: Bool) async throws {
    let own = try OwnCertificates()
    try await own.make("other", names: "DNS:other.test")
    let fleet = try await World.fleet
    let shard = fleet.tenants[0].shard
    for (place, servers) in [
      "{ ca: \"\(own.certificate("other"))\" }",
      "{ ca: \"\(fleet.certificatePath)\", names: [{ shard: \(shard), serverName: other.test }] }",
      "{ ca: \"\(fleet.certificatePath)\", names: [{ shard: \(shard), ca: \"\(own.certificate("other"))\" }] }",
    ].enumerated() {
      try await withRouter(
        Self.options(servers, isPooled: isPooled), name: "router-tls-refused-\(isPooled)-\(place)"
      ) { fleet, router in
        let tenant = try #require(fleet.tenants.first { $0.shard == shard })
        let result = try await Command.result(
          of: fleet.psql("SELECT 1", at: router.conninfo(to: tenant)))
        #expect(!result.status.isSuccess)
        #expect(result.errorOutput.contains("TLS says"), "\(result.errorOutput)")
        #expect(
          result.errorOutput.contains("mismatch") || result.errorOutput.contains("self-signed"),
          "\(result.errorOutput)")
      }
    }
  }

  @Test("takes SCRAM-SHA-256-PLUS on both sides")
  func channelBinding() async throws {
    let own = try OwnCertificates()
    try await own.make("router", names: "DNS:db.router.test")
    let fleet = try await World.fleet
    var options = World.pooled(workers: 1, .scram)
      .encrypted("{ certificates: [\(own.entry("router"))] }", "optional")
    options.sections["servers"] = "{ tls: { ca: \"\(fleet.certificatePath)\" } }"
    try await withRouter(options, name: "router-tls-plus") { fleet, router in
      let tenant = fleet.tenants[0]
      let conninfo = TLSTerminationTests.verified(
        router, tenant, host: "db.router.test", trusting: own.certificate("router")
      ).with("user", FleetRole.password).with("password", FleetRole.passwordText)
        .with("passfile", "none")
      #expect(
        try await fleet.query(
          Self.isEncrypted, at: conninfo.with("channel_binding", "require")) == "t")
      #expect(
        try await fleet.query("SELECT 1", at: conninfo.with("channel_binding", "disable")) == "1")
      let plain = conninfo.with("sslmode", "disable")
      #expect(try await fleet.query("SELECT 1", at: plain) == "1")
      let wrong = try await Command.result(
        of: fleet.psql(
          "SELECT 1", at: conninfo.with("channel_binding", "require").with("password", "wrong")))
      #expect(wrong.errorOutput.contains("password authentication failed"), "\(wrong.errorOutput)")
    }
  }
}
