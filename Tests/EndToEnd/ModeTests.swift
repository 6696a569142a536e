import Foundation
import LocalFleet
import MapDocument
import ShardMap
import Testing
import Wire

/// Degraded modes as clients of real servers meet them.
@Suite struct ModeTests {
  /// A map keeps whole seconds.
  private static func ends(in duration: Duration) -> IssueTime {
    let seconds = Date.nowMilliseconds / 1000 + duration.components.seconds
    return IssueTime(millisecondsSince1970: seconds * 1000)
  }

  /// What psql says when it fails.
  private static func failure(
    of statement: String, at conninfo: Conninfo, in fleet: Fleet
  ) async throws -> String {
    let result = try await Command.result(of: fleet.psql(statement, at: conninfo))
    #expect(!result.status.isSuccess, "\(statement): \(result.output)")
    return result.errorOutput
  }

  @Test func `in a read-only shard reads go on, writes don't, and its end is seen by itself`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 1))
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      _ = try await client.query("CREATE TABLE kept (number int)")
      func setReadOnly(until end: IssueTime) throws {
        try fleet.republish { document in
          document.changeShard("s1") {
            ($0.mode, $0.modeUntil, $0.modeCause) = (.readOnly, end, "an index is built")
          }
        }
      }
      try setReadOnly(until: Self.ends(in: .seconds(600)))
      try await client.waitFor(mode: "read-only", "map-shard")
      let told = try await client.mode()
      #expect(told[2].hasSuffix("UTC") && told[3] == "an index is built", "\(told)")

      // Reads of the tier strong are the primary's still.
      #expect(try await client.query("SELECT pg_is_in_recovery(), count(*) FROM kept") == "f|0")
      let conninfo = router.conninfo(to: tenant)
      let write = try await Self.failure(of: "INSERT INTO kept VALUES (1)", at: conninfo, in: fleet)
      #expect(write.contains("read-only transaction"), "\(write)")
      #expect(write.contains("Nothing is written in the mode read-only (map-shard)"), "\(write)")
      for statement in [
        "BEGIN READ WRITE", "SET default_transaction_read_only = off",
        "BEGIN; SET TRANSACTION READ WRITE; INSERT INTO kept VALUES (1)",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
      ] {
        let refused = try await Self.failure(of: statement, at: conninfo, in: fleet)
        #expect(refused.contains("read-write in the mode read-only"), "\(statement): \(refused)")
      }
      // A transaction whose beginning the router has told by itself is read-only, too.
      _ = try await client.query("BEGIN")
      #expect(try await client.query("SHOW transaction_read_only") == "on")
      _ = try await client.query("COMMIT")

      let end = Self.ends(in: .seconds(3))
      try setReadOnly(until: end)
      try await client.waitFor(mode: "normal", "none")
      #expect(Date.nowMilliseconds >= end.millisecondsSince1970)
      _ = try await client.query("INSERT INTO kept VALUES (2)")
      #expect(try await client.query("SELECT number FROM kept") == "2")
      #expect(try await client.query("SHOW default_transaction_read_only") == "off")
    }
  }

  @Test func `a session that keeps its server follows the mode between two transactions`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 1))
      let client = try PsqlSession(router.conninfo(to: fleet.tenants[0]), in: fleet)
      _ = try await client.query("LISTEN news")
      let pid = try await client.query("SELECT pg_backend_pid()")
      try fleet.republish { document in document.changeShard("s1") { $0.mode = .readOnly } }
      try await eventually("its transactions are read-only") {
        try await client.query("SHOW transaction_read_only") == "on"
      }
      try fleet.republish { document in
        document.changeShard("s1") { ($0.mode, $0.modeCause) = (.normal, nil) }
      }
      try await eventually("its transactions may write again") {
        try await client.query("SHOW transaction_read_only") == "off"
      }
      #expect(try await client.query("SELECT pg_backend_pid()") == pid)
    }
  }

  @Test func `a session with a server of its own is moved when it may not write any more`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      let tenant = fleet.tenants[0]
      let conninfo = router.conninfo(to: tenant)
      let before = try WireClient(port: router.postgresPort)
      try before.start(["user": "app", "database": tenant.id])
      _ = try await before.messages(upTo: "Z")
      try fleet.republish { document in document.changeShard("s1") { $0.mode = .readOnly } }
      let goodbye = try await before.error()
      #expect(goodbye.sqlState == .adminShutdown && goodbye.message.contains("the mode"))
      #expect(try await fleet.query("SHOW default_transaction_read_only", at: conninfo) == "on")
      #expect(try await fleet.query("SELECT pg_is_in_recovery()", at: conninfo) == "f")

      let during = try WireClient(port: router.postgresPort)
      try during.start(["user": "app", "database": tenant.id])
      _ = try await during.messages(upTo: "Z")
      try fleet.republish { document in
        document.changeShard("s1") { ($0.mode, $0.modeCause) = (.normal, nil) }
      }
      #expect(try await during.error().sqlState == .adminShutdown)
      #expect(try await fleet.query("SHOW default_transaction_read_only", at: conninfo) == "off")
    }
  }

  @Test func `in an eventual-only shard strong work reads from a replica`() async throws {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 1))
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      #expect(try await client.query("SELECT pg_is_in_recovery()") == "f")
      try fleet.republish { document in document.changeShard("s1") { $0.mode = .eventualOnly } }
      try await client.waitFor(mode: "eventual-only", "map-shard")
      #expect(try await client.query("SELECT pg_is_in_recovery()") == "t")
      let write = try await Self.failure(
        of: "CREATE TABLE nowhere ()", at: router.conninfo(to: tenant), in: fleet)
      #expect(write.contains("in the mode eventual-only"), "\(write)")
      try fleet.republish { document in
        document.changeShard("s1") { ($0.mode, $0.modeCause) = (.normal, nil) }
      }
      try await eventually("it is on the primary again") {
        try await client.query("SELECT pg_is_in_recovery()") == "f"
      }
    }
  }

  @Test func `one tenant's mode is no other's, and a policy that opts out is refused`() async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 1))
      let (one, other) = (fleet.tenants[0], fleet.tenants[1])
      let client = try PsqlSession(router.conninfo(to: one), in: fleet)
      try fleet.republish { document in
        for place in document.tenants.indices where document.tenants[place].id == one.id {
          document.tenants[place].mode = .readOnly
        }
      }
      try await client.waitFor(mode: "read-only", "map-tenant")
      _ = try await fleet.query("CREATE TABLE mine ()", at: router.conninfo(to: other))
      _ = try await Self.failure(
        of: "CREATE TABLE mine ()", at: router.conninfo(to: one), in: fleet)

      try fleet.republish { document in
        for place in document.policies.indices {
          document.policies[place].degradation.deepest = .relaxed
        }
      }
      try await eventually("new sessions are refused") {
        try await fleet.refusal(of: one.id, by: router)?.sqlState == .cannotConnectNow
      }
      let refusal = try await fleet.refusal(of: one.id, by: router)
      #expect(refusal?.message.contains("refused in the mode read-only") == true)
      #expect(try await fleet.query("SELECT 1", at: router.conninfo(to: other)) == "1")
    }
  }

  @Test func `without a primary reads go on, a write is told so, and the next primary takes it`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(
        World.pooled(workers: 1, .trust, ["failoverWindow": "8s"]))
      let tenant = fleet.tenants[0]
      let reader = try PsqlSession(
        router.conninfo(to: tenant).setting("shardway.consistency", "eventual"), in: fleet)
      let writer = try WireClient(port: router.postgresPort)
      try writer.start(["user": "app", "database": tenant.id])
      _ = try await writer.messages(upTo: "Z")
      #expect(try await reader.query("SELECT pg_is_in_recovery()") == "t")
      await (try fleet.primary(of: tenant)).stop(.immediate)

      try writer.query("CREATE TABLE waits ()")
      #expect(try await reader.query("SELECT pg_is_in_recovery()") == "t")
      let error = try await writer.error()
      #expect(error.sqlState == .readOnlyTransaction, "\(error)")
      #expect(error.severity == .error && error.hint?.contains("eventual") == true, "\(error)")
      // The session goes on, and reads where there is something to read from.
      #expect(try await writer.ready() == "I")
      try writer.query("SET shardway.consistency = 'eventual'")
      #expect(try await writer.ready() == "I")
      try writer.query("SELECT pg_is_in_recovery()")
      #expect(try await writer.messages(upTo: "Z").map(\.type) == ["T", "D", "C", "Z"])
      #expect(try await reader.mode().prefix(2) == ["read-only", "no-primary"])
      #expect(try await reader.query("SELECT pg_is_in_recovery()") == "t")

      try await fleet.promote(tenant.shard)
      try await reader.waitFor(mode: "normal", "none")
      _ = try await fleet.query("CREATE TABLE waits ()", at: router.conninfo(to: tenant))
    }
  }

  @Test func `who asks for notices is told of each change once, before the next answer`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 1))
      let tenant = fleet.tenants[0]
      let watcher = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": tenant.id, "shardway.notices": "on"])
      _ = try await client.messages(upTo: "Z")
      func types() async throws -> (String, ErrorResponse?) {
        try client.query("SELECT 1")
        let messages = try await client.messages(upTo: "Z")
        let notice = messages.first { $0.type == "N" }
        return (
          String(messages.map(\.type)),
          try notice.map { try ErrorResponse.decode($0.body.span.bytes) }
        )
      }
      #expect(try await types().0 == "TDCZ")
      try fleet.republish { document in
        document.changeShard("s1") { ($0.mode, $0.modeCause) = (.readOnly, "an index is built") }
      }
      try await watcher.waitFor(mode: "read-only", "map-shard")
      let (first, notice) = try await types()
      #expect(first == "NTDCZ")
      #expect(notice?.severity == .notice && notice?.sqlState.description == "01000")
      #expect(notice?.message.contains("read-only (map-shard)") == true)
      #expect(notice?.message.contains("an index is built") == true)
      #expect(try await types().0 == "TDCZ")

      try fleet.republish { document in
        document.changeShard("s1") { ($0.mode, $0.modeCause) = (.normal, nil) }
      }
      try await watcher.waitFor(mode: "normal", "none")
      let (last, over) = try await types()
      #expect(last == "NTDCZ" && over?.message.contains("normal") == true)
      // Nobody is told who hasn't asked.
      #expect(watcher.errors.isEmpty)
    }
  }

  @Test func `the console lists what is not normal`() async throws {
    try await withFleet(.small) { fleet in
      var options = World.pooled(workers: 2)
      options.sections["admin"] = """

          address: "127.0.0.1:0"
          users: [olga]
          authentication: trust
        """
      let router = try await fleet.startRouter(options)
      guard let port = router.adminPort else { throw Missing(what: "an admin console") }
      let console = Conninfo(port: port, user: "olga", database: "shardway")
      #expect(try await fleet.query("SHOW MODES", at: console) == "")
      try fleet.republish { document in
        document.changeShard("s1") { ($0.mode, $0.modeCause) = (.relaxed, "a load test") }
      }
      try await eventually("the shard's mode in the table") {
        try await fleet.query("SHOW MODES", at: console).hasPrefix("shard|s1|relaxed|map-shard|")
      }
      #expect(try await fleet.query("SHOW MODES", at: console).contains("|a load test|"))
    }
  }
}
