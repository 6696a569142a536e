import LocalFleet
import Testing
import Wire

/// Clients prove who they are to the router, and the router logs in to servers with what it won thereby.
@Suite struct PooledAuthenticationTests {
  private static func conninfo(_ router: LocalRouter, _ tenant: FleetTenant) -> Conninfo {
    router.conninfo(to: tenant, user: FleetRole.password)
      .with("password", FleetRole.passwordText).with("passfile", "none")
  }

  @Test func `SCRAM with the right password logs in, here and at the server`() async throws {
    try await withRouter(World.pooled(workers: 2, .scram), name: "router-scram") { fleet, router in
      for tenant in fleet.tenants.prefix(2) {
        for _ in 0..<3 {
          #expect(
            try await fleet.query("SELECT current_user", at: Self.conninfo(router, tenant))
              == FleetRole.password)
        }
      }
      let pgbench = PgbenchRun(
        fleet: fleet, conninfo: Self.conninfo(router, fleet.tenants[0]))
      let script = try fleet.write("SELECT 1;\n", to: "scram-select-1.sql")
      let report = try await pgbench.run([
        "-n", "-C", "-c", "8", "-j", "2", "-t", "10", "-f", script,
      ])
      #expect(report.contains("number of transactions actually processed: 80/80"))
    }
  }

  @Test func `wrong passwords and unknown roles are refused alike`() async throws {
    try await withRouter(World.pooled(workers: 1, .scram), name: "router-scram-no") {
      fleet, router in
      let right = Self.conninfo(router, fleet.tenants[0])
      #expect(try await fleet.query("SELECT 1", at: right) == "1")
      for (user, password) in [
        (FleetRole.password, "open sesam"), (FleetRole.password, "open sesame "),
        ("nobody", "open sesame"), (FleetRole.application, "open sesame"),
      ] {
        let conninfo = right.with("user", user).with("password", password)
        let result = try await Command.result(of: fleet.psql("SELECT 1", at: conninfo))
        #expect(!result.status.isSuccess)
        #expect(
          result.errorOutput.contains("password authentication failed for user \"\(user)\""),
          "\(result.errorOutput)")
      }
      #expect(try await fleet.query("SELECT 1", at: right) == "1")
    }
  }

  @Test func `a changed password is taken at the next attempt, and the old one no more`()
    async throws
  {
    try await withRouter(World.pooled(workers: 1, .scram), name: "router-scram-new") {
      fleet, router in
      let tenant = fleet.tenants[0]
      _ = try await fleet.queryDirectly(
        "CREATE ROLE changing LOGIN PASSWORD 'first' IN ROLE \(FleetRole.password)", tenant)
      let changing = Self.conninfo(router, tenant).with("user", "changing")
      let (first, second) = (
        changing.with("password", "first"), changing.with("password", "second")
      )
      #expect(try await fleet.query("SELECT current_user", at: first) == "changing")
      _ = try await fleet.queryDirectly("ALTER ROLE changing PASSWORD 'second'", tenant)
      // The router goes by the verifier that it knows until somebody fails at it.
      _ = try await Command.result(of: fleet.psql("SELECT 1", at: second))
      #expect(try await fleet.query("SELECT current_user", at: second) == "changing")
      let old = try await Command.result(of: fleet.psql("SELECT 1", at: first))
      #expect(old.errorOutput.contains("password authentication failed"), "\(old.errorOutput)")
      _ = try await fleet.queryDirectly("DROP ROLE changing", tenant)
    }
  }

  @Test func `whoever guesses passwords has to wait, and nobody else has`() async throws {
    try await withRouter(World.pooled(workers: 1, .scram), name: "router-scram-guess") {
      fleet, router in
      let right = Self.conninfo(router, fleet.tenants[0])
      var isSlowedDown = false
      // The wait doubles up to a minute: one of them comes within it, however long each takes.
      for number in 0..<20 where !isSlowedDown {
        let result = try await Command.result(
          of: fleet.psql("SELECT 1", at: right.with("password", "guess \(number)")))
        isSlowedDown = result.errorOutput.contains("too many failed logins")
      }
      #expect(isSlowedDown)
      // Another tenant from the same address.
      #expect(
        try await fleet.query("SELECT 1", at: Self.conninfo(router, fleet.tenants[1])) == "1")
    }
  }

  @Test func `a malformed answer ends its own connection only`() async throws {
    try await withRouter(World.pooled(workers: 1, .scram), name: "router-scram-bad") {
      fleet, router in
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": FleetRole.password, "database": fleet.tenants[0].id])
      #expect(try await client.message()?.type == "R")
      try client.query("SELECT 1")
      #expect(try await client.error().sqlState == .protocolViolation)
      #expect(
        try await fleet.query("SELECT 1", at: Self.conninfo(router, fleet.tenants[0])) == "1")
    }
  }
}
