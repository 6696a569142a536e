import LocalFleet
import Testing
import Wire

/// Authentication is between client and server; the router only passes it on.
@Suite struct AuthenticationTests {
  @Test(arguments: LocalRouter.Identity.allCases)
  func `SCRAM with the right password logs in`(identity: LocalRouter.Identity) async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let conninfo = router.conninfo(
      to: fleet.tenants[1], by: identity, user: FleetRole.password
    ).with("password", FleetRole.passwordText)
    #expect(
      try await fleet.query("SELECT current_user, count(*) FROM pg_class WHERE false", at: conninfo)
        == "\(FleetRole.password)|0")
  }

  @Test(arguments: ["", "open sesam", "open sesame "])
  func `SCRAM with a wrong password is refused by the server`(password: String) async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let conninfo = router.conninfo(to: fleet.tenants[1], user: FleetRole.password)
    let result = try await Command.result(
      of: fleet.psql("SELECT 1", at: conninfo.with("password", password).with("passfile", "none")))
    #expect(!result.status.isSuccess)
    #expect(result.output.isEmpty)
    let isRefused = ["password authentication failed", "no password supplied"]
      .contains { result.errorOutput.contains($0) }
    #expect(isRefused, "\(result.errorOutput)")
  }

  @Test func `the server's refusal reaches the client as it is`() async throws {
    let router = try await World.router
    let client = try WireClient(port: router.postgresPort)
    // The superuser may not come by TCP at all.
    try client.start(["user": "postgres", "database": "acme"])
    let error = try await client.error()
    #expect(error.sqlState == .invalidAuthorization)
    #expect(error.message.contains("pg_hba.conf"))
  }

  @Test func `a channel-binding client inside end-to-end TLS logs in`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let conninfo = router.conninfo(
      to: fleet.tenants[1], by: .serverName, user: FleetRole.password
    ).with("password", FleetRole.passwordText).with("channel_binding", "require")
    #expect(try await fleet.query("SELECT 1", at: conninfo) == "1")
  }
}
