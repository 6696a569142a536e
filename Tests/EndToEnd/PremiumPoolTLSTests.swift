import Foundation
import LocalFleet
import MapDocument
import Testing

/// A shared router that relays a premium tenant's sessions to its router, encrypted.
@Suite("TLS between routers") struct PremiumPoolTLSTests {
  private struct Pools {
    let fleet: Fleet
    let shared: LocalRouter
    let premium: LocalRouter
    var gold: FleetTenant { fleet.tenants[0] }

    func conninfo(_ router: LocalRouter) -> Conninfo {
      router.conninfo(to: gold, user: FleetRole.password)
        .with("password", FleetRole.passwordText)
    }
  }

  /// A premium router that takes encrypted clients only, and a shared one that knows it by this entry.
  private static func withPools(
    _ own: OwnCertificates, _ entry: String, _ body: (Pools) async throws -> Void
  ) async throws {
    var fleetOptions = FleetOptions.small
    fleetOptions.replicasPerShard = 0
    try await withFleet(fleetOptions) { fleet in
      try fleet.republish { $0.makePremium(of: fleet.tenants[0].id) }
      var options = World.pooled(workers: 1, .scram)
        .encrypted("{ certificates: [\(own.entry("routers"))] }")
      options.sections["pool"] = "{ id: premium-1 }"
      let premium = try await fleet.startRouter(options, name: "router-premium")
      try fleet.republish { $0.pools[1].addresses = ["127.0.0.1:\(premium.postgresPort)"] }
      options = World.pooled(workers: 1, .scram)
      options.sections["pool"] = "{ id: shared }"
      options.sections["servers"] =
        "{ tls: { ca: \"\(fleet.certificatePath)\", names: [\(entry)] } }"
      let shared = try await fleet.startRouter(options, name: "router-shared")
      try await body(Pools(fleet: fleet, shared: shared, premium: premium))
      await shared.stop()
      await premium.stop()
    }
  }

  @Test("carries sessions and cancel requests to a router that proves its pool's name")
  func verified() async throws {
    let own = try OwnCertificates()
    try await own.make("routers", names: "DNS:premium.routers.test")
    let entry =
      "{ pool: premium-1, serverName: premium.routers.test, ca: \"\(own.certificate("routers"))\" }"
    try await Self.withPools(own, entry) { pools in
      // In the clear nobody is let in there.
      let inTheClear = try await Command.result(
        of: pools.fleet.psql(
          "SELECT 1", at: pools.conninfo(pools.premium).with("sslmode", "disable")))
      #expect(inTheClear.errorOutput.contains("encrypted"), "\(inTheClear.errorOutput)")
      let conninfo = pools.conninfo(pools.shared)
      #expect(
        try await pools.fleet.query("SELECT current_database()", at: conninfo)
          == pools.gold.database)
      #expect(
        try await pools.fleet.query("SELECT length(repeat('x', 4000000))", at: conninfo)
          == "4000000")
      var launch = pools.fleet.psql("", at: conninfo)
      launch.arguments += ["-c", "SELECT pg_sleep(60)"]
      let psql = try ChildProcess(launch)
      try await eventually("a sleeping statement") {
        try await pools.fleet.queryDirectly(
          """
          SELECT count(*) FROM pg_stat_activity WHERE state = 'active'
            AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()
          """, pools.gold) == "1"
      }
      psql.signal(SIGINT)
      _ = await psql.wait(upTo: .seconds(60))
      #expect(psql.errorOutput.contains("57014"), "\(psql.errorOutput)")
      psql.signal(SIGKILL)
    }
  }

  @Test("is not begun with a router of another name, and the client reads why")
  func refused() async throws {
    let own = try OwnCertificates()
    try await own.make("routers", names: "DNS:premium.routers.test")
    let entry =
      "{ pool: premium-1, serverName: gold.routers.test, ca: \"\(own.certificate("routers"))\" }"
    try await Self.withPools(own, entry) { pools in
      let result = try await Command.result(
        of: pools.fleet.psql("SELECT 1", at: pools.conninfo(pools.shared)))
      #expect(!result.status.isSuccess)
      for text in [
        "the connection to the router of tenant \"\(pools.gold.id)\" can't be encrypted",
        "pool \"premium-1\"", "mismatch",
      ] { #expect(result.errorOutput.contains(text), "\(result.errorOutput)") }
    }
  }
}
