import LocalFleet
import Testing
import Wire

/// How a client names its tenant, and where it lands.
@Suite struct IdentityTests {
  private static let whereAmI = "SELECT current_setting('cluster_name'), current_database()"

  @Test(arguments: LocalRouter.Identity.allCases)
  func `every tenant reaches its own database on its own shard`(
    identity: LocalRouter.Identity
  ) async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    for tenant in fleet.tenants {
      let answer = try await fleet.query(
        Self.whereAmI, at: router.conninfo(to: tenant, by: identity))
      #expect(try answer == "\(fleet.primary(of: tenant).instance)|\(tenant.database)")
    }
  }

  @Test func `the server sees the user without the tenant`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let answer = try await fleet.query(
      "SELECT session_user", at: router.conninfo(to: fleet.tenant("birch"), by: .user))
    #expect(answer == FleetRole.application)
  }

  @Test func `options meant for the server reach it, those for the router don't`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let conninfo = try router.conninfo(to: fleet.tenant("cedar"), by: .option)
      .setting("work_mem", "7MB").setting("search_path", "one,\\ two")
      .with("application_name", "an application")
    let answer = try await fleet.query(
      """
      SELECT current_setting('work_mem'), current_setting('search_path'),
        current_setting('application_name'), current_setting('shardway.tenant', true) IS NULL
      """, at: conninfo)
    #expect(answer == "7MB|one, two|an application|t")
  }

  @Test(arguments: [
    (user: "app.birch", database: "acme", options: ""),
    (user: "app.birch", database: "acme_data", options: "-c shardway.tenant=acme"),
    (user: "app", database: "birch", options: "-c shardway.tenant=acme"),
  ])
  func `two places that name different tenants are refused`(
    user: String, database: String, options: String
  ) async throws {
    let client = try WireClient(port: await World.router.postgresPort)
    try client.start(["user": user, "database": database, "options": options])
    let error = try await client.error()
    #expect(error.sqlState == .invalidAuthorization)
    #expect(error.message.contains("acme") && error.message.contains("birch"))
  }

  @Test func `an unknown tenant is refused by name`() async throws {
    let client = try WireClient(port: await World.router.postgresPort)
    try client.start(["user": "app", "database": "app", "options": "-c shardway.tenant=nobody"])
    let error = try await client.error()
    #expect(error.severity == .fatal)
    #expect(error.sqlState == .invalidCatalogName)
    #expect(error.message.contains("nobody"))
    #expect(try await client.message() == nil)
  }

  @Test func `a client that names no tenant is told how to`() async throws {
    var options = World.routerOptions(workers: 1)
    options.identity = ["option"]
    try await withRouter(options, name: "router-option-only") { _, router in
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": "acme"])
      let error = try await client.error()
      #expect(error.sqlState == .connectionRejected)
      #expect(error.hint?.contains("shardway.tenant") == true)
    }
  }
}
