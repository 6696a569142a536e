import LocalFleet
import Testing
import Wire

/// What a session has for itself: state, notifications, and its own server connection.
@Suite struct SessionTests {
  @Test func `a session keeps its server connection and its state`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let session = try PsqlSession(router.conninfo(to: fleet.tenants[0]), in: fleet)
    let backend = try await session.query("SELECT pg_backend_pid()")
    _ = try await session.query("CREATE TEMP TABLE mine (id int); SET work_mem = '9MB'")
    _ = try await session.query("PREPARE twice (int) AS SELECT $1 * 2; BEGIN")
    #expect(try await session.query("EXECUTE twice(21)") == "42")
    #expect(try await session.query("SELECT count(*) FROM mine; COMMIT; SHOW work_mem") == "0\n9MB")
    #expect(try await session.query("SELECT pg_backend_pid()") == backend)
    #expect(await session.close().isSuccess)
  }

  @Test func `a client that leaves takes its server connection along`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let tenant = fleet.tenants[0]
    let session = try PsqlSession(
      router.conninfo(to: tenant).with("application_name", "leaver"), in: fleet)
    _ = try await session.query("SELECT 1")
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'leaver'"
    #expect(try await fleet.queryDirectly(count, tenant) == "1")
    _ = await session.close()
    try await eventually("the end of the server's session") {
      try await fleet.queryDirectly(count, tenant) == "0"
    }
  }

  @Test func `a notification reaches the listener of the same tenant`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let conninfo = router.conninfo(to: fleet.tenants[0])
    let client = try WireClient(port: router.postgresPort)
    try client.start(["user": "app", "database": fleet.tenants[0].id])
    _ = try await client.messages(upTo: "Z")
    try client.query("LISTEN orders")
    _ = try await client.messages(upTo: "Z")
    _ = try await fleet.query("NOTIFY orders, 'number 17'", at: conninfo)
    // It comes by itself: the client has sent nothing since.
    let notification = try #require(try await client.messages(upTo: "A").last)
    #expect(notification.body.dropFirst(4) == Array("orders\0number 17\0".utf8)[...])
  }

  @Test func `a client may end its stream before the answer is there`() async throws {
    let router = try await World.router
    let client = try WireClient(port: router.postgresPort)
    try client.start(["user": "app", "database": "acme"])
    _ = try await client.messages(upTo: "Z")
    try client.query("SELECT repeat('x', 1000000) FROM pg_sleep(0.2)")
    client.endSending()
    let answer = try await client.messages(upTo: "Z")
    #expect(answer.map(\.type) == ["T", "D", "C", "Z"])
    #expect((answer.first { $0.type == "D" }?.body.count ?? 0) > 1_000_000)
    #expect(try await client.message() == nil)
  }

  @Test func `a slow reader gets everything`() async throws {
    var options = World.routerOptions(workers: 1)
    // Longer than it may take here until the client reads: who reads nothing for so long is cut.
    options.sections["keepAlive"] = "{ userTimeout: 5m }"
    try await withRouter(options, name: "router-slow-reader") { fleet, router in
      let client = try WireClient(port: router.postgresPort)
      try client.start([
        "user": "app", "database": "acme", "application_name": "slow-reader",
      ])
      _ = try await client.messages(upTo: "Z")
      try client.query("SELECT repeat('x', 10000) FROM generate_series(1, 5000)")
      // Nothing is read until the server can't get rid of more, so that every buffer is full.
      let tenant = try fleet.tenant("acme")
      try await eventually("a server that waits for its client") {
        try await fleet.queryDirectly(
          """
          SELECT count(*) FROM pg_stat_activity
            WHERE application_name = 'slow-reader' AND wait_event = 'ClientWrite'
          """, tenant) == "1"
      }
      let answer = try await client.messages(upTo: "Z")
      #expect(answer.count { $0.type == "D" && $0.body.count == 10_006 } == 5_000)
    }
  }
}
