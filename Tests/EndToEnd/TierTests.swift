import LocalFleet
import Testing
import Wire

/// Where sessions of each consistency tier go.
@Suite struct TierTests {
  @Test func `an eventual session is served by a replica, a strong one by the primary`()
    async throws
  {
    let (fleet, router) = (try await World.fleet, try await World.router)
    for tenant in fleet.tenants {
      let conninfo = router.conninfo(to: tenant)
      let recovery = "SELECT pg_is_in_recovery()"
      #expect(try await fleet.query(recovery, at: conninfo) == "f")
      #expect(
        try await fleet.query(recovery, at: conninfo.setting("shardway.consistency", "strong"))
          == "f")
      #expect(
        try await fleet.query(recovery, at: conninfo.setting("shardway.consistency", "eventual"))
          == "t")
    }
  }

  @Test func `a replica refuses the writes of an eventual session`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let result = try await Command.result(
      of: fleet.psql(
        "CREATE TABLE refused (id int)",
        at: router.conninfo(to: fleet.tenants[0]).setting("shardway.consistency", "eventual")))
    #expect(result.errorOutput.contains("25006"))
  }

  @Test func `an unknown tier is refused, and the known ones are named`() async throws {
    let client = try WireClient(port: await World.router.postgresPort)
    try client.start([
      "user": "app", "database": "acme", "options": "-c shardway.consistency=perfect",
    ])
    let error = try await client.error()
    #expect(error.message.contains("perfect"))
    #expect(error.hint?.contains("strong") == true && error.hint?.contains("eventual") == true)
  }
}
