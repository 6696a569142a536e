import Glibc
import LocalFleet
import Testing

/// A cancel request comes on a connection of its own, to any worker, and must find the one server
/// process it is meant for.
@Suite struct CancelTests {
  private static let sleeping = """
    SELECT count(*) FROM pg_stat_activity WHERE state = 'active'
      AND query LIKE '%pg_sleep(600)%MARK%' AND pid <> pg_backend_pid()
    """

  // Not by server name: libpq before 17 sends a cancel request in the clear, without any name.
  @Test(arguments: [1, 2, 4], [LocalRouter.Identity.database, .option, .user])
  func `Ctrl-C in psql cancels the statement, whichever worker gets the request`(
    workers: Int, identity: LocalRouter.Identity
  ) async throws {
    let options = World.routerOptions(workers: workers)
    let name = "router-cancel-\(workers)-\(identity)"
    try await withRouter(options, name: name) { fleet, router in
      let tenant = try fleet.tenant("birch")
      // The kernel deals connections to workers by hash: several, so that some go astray.
      for turn in 1...4 {
        let mark = "\(identity) \(turn) of \(workers)"
        let psql = try await sleep(mark, router.conninfo(to: tenant, by: identity))
        try await waitUntilAsleep(mark, tenant)
        psql.signal(SIGINT)
        _ = await psql.wait(upTo: .seconds(60))
        #expect(psql.errorOutput.contains("57014"), "\(psql.errorOutput)")
        psql.signal(SIGKILL)
      }
    }
  }

  @Test func `a cancel hits its own session only`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let tenant = try fleet.tenant("dune")
    let conninfo = router.conninfo(to: tenant)
    let neighbour = try await sleep("neighbour", conninfo)
    let own = try await sleep("own", conninfo)
    try await waitUntilAsleep("neighbour", tenant)
    try await waitUntilAsleep("own", tenant)
    own.signal(SIGINT)
    _ = await own.wait(upTo: .seconds(60))
    #expect(own.errorOutput.contains("57014"))
    let stillAsleep = try await fleet.queryDirectly(query("neighbour"), tenant)
    #expect(stillAsleep == "1")
    #expect(neighbour.isRunning)
    neighbour.signal(SIGINT)
    _ = await neighbour.wait(upTo: .seconds(60))
    #expect(neighbour.errorOutput.contains("57014"))
  }

  @Test func `a cancel with a wrong key cancels nothing`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let tenant = try fleet.tenant("ember")
    let client = try WireClient(port: router.postgresPort)
    try client.start(["user": "app", "database": tenant.id])
    let started = try await client.messages(upTo: "Z")
    var key = try #require(started.first { $0.type == "K" }?.body)
    key[7] ^= 1
    try client.query("SELECT 'awake' FROM pg_sleep(0.3)")
    let canceller = try WireClient(port: router.postgresPort)
    try canceller.send(WireClient.bigEndian(16) + WireClient.bigEndian(80_877_102) + key)
    // As PostgreSQL does: the connection ends without an answer.
    #expect(try await canceller.receive(1) == nil)
    let answer = try await client.messages(upTo: "Z")
    #expect(answer.map(\.type) == ["T", "D", "C", "Z"])
  }

  /// Starts a psql that sleeps on the server, to be found there by its mark.
  private func sleep(_ mark: String, _ conninfo: Conninfo) async throws -> ChildProcess {
    var launch = try await World.fleet.psql("", at: conninfo)
    launch.arguments += ["-c", "SELECT pg_sleep(600) -- \(mark)."]
    return try ChildProcess(launch)
  }

  private func query(_ mark: String) -> String {
    Self.sleeping.replacing("MARK", with: " \(mark).")
  }

  private func waitUntilAsleep(_ mark: String, _ tenant: FleetTenant) async throws {
    let fleet = try await World.fleet
    try await eventually("a sleeping statement") {
      try await fleet.queryDirectly(query(mark), tenant) == "1"
    }
  }
}
