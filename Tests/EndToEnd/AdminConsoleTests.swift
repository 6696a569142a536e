import Console
import Foundation
import LocalFleet
import Testing

/// The admin console, by psql, on a router in front of real servers.
@Suite struct AdminConsoleTests {
  private static let section = """

      address: "127.0.0.1:0"
      users: [olga]
      statsUsers: [sven]
      authentication: trust
    """

  private static func withConsole(
    pooled: Bool = true, section: String = section, name: String,
    _ body: (Fleet, LocalRouter) async throws -> Void
  ) async throws {
    var options: RouterOptions
    // What a pause holds is held for as long as a test takes.
    if pooled {
      options = World.pooled(workers: 2, .trust, ["failoverWindow": "30m"])
    } else {
      options = World.routerOptions(workers: 2)
      options.sections["pooling"] = "{ failoverWindow: 30m }"
    }
    options.sections["timeouts"] = "{ login: 30m }"
    options.sections["admin"] = section
    try await withRouter(options, name: name, body)
  }

  private static func console(_ router: LocalRouter, user: String = "olga") throws -> Conninfo {
    guard let port = router.adminPort else { throw Missing(what: "an admin console") }
    return Conninfo(port: port, user: user, database: "shardway")
  }

  /// What psql says to a statement: its output, and its errors and notices.
  private static func say(
    _ statement: String, _ router: LocalRouter, _ fleet: Fleet, user: String = "olga"
  ) async throws -> (output: String, errors: String) {
    let result = try await Command.result(
      of: fleet.psql(statement, at: console(router, user: user)))
    return (result.output, result.errorOutput)
  }

  @Test func `psql shows every table`() async throws {
    try await Self.withConsole(name: "admin-tables") { fleet, router in
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      _ = try await client.query("BEGIN; SELECT 1")
      for table in [
        "HELP", "VERSION", "POOLS", "CLIENTS", "SERVERS", "STATS", "TENANTS", "SHARDS", "REPLICAS",
        "MAP", "CONFIG", "WORKERS", "STATE",
      ] {
        let said = try await Self.say("SHOW \(table)", router, fleet)
        #expect(said.errors.isEmpty && !said.output.isEmpty, "SHOW \(table): \(said.errors)")
      }
      let clients = try await Self.say("SHOW CLIENTS", router, fleet).output
      #expect(clients.contains("C|\(FleetRole.application)|\(tenant.database)|active|"))
      let servers = try await Self.say("SHOW SERVERS", router, fleet).output
      #expect(servers.contains("S|\(FleetRole.application)|\(tenant.database)|active|"))
      #expect(servers.contains("|\(tenant.id)|\(tenant.shard)|"))
      let tenants = try await Self.say("SHOW TENANTS LIKE '%'", router, fleet).output
      #expect(tenants.split(separator: "\n").count == fleet.tenants.count)
      #expect(try await client.query("COMMIT; SELECT 2").hasSuffix("2"))
    }
  }

  @Test func `a pause waits for what is open, holds what comes, and lets it go on`() async throws {
    try await Self.withConsole(name: "admin-pause") { fleet, router in
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      _ = try await client.query("BEGIN; SELECT 1")
      let pause = Task { try await Self.say("PAUSE TENANT \(tenant.id)", router, fleet) }
      try await eventually("the tenant is paused") {
        let row = try await Self.say("SHOW TENANTS LIKE '\(tenant.id)'", router, fleet).output
        // Its column `paused`.
        return row.split(separator: "|", omittingEmptySubsequences: false).dropFirst(10).first
          == "1"
      }
      // The pause is not reached while the transaction is open, and others go on.
      #expect(try await client.query("SELECT 3") == "3")
      let other = try PsqlSession(router.conninfo(to: fleet.tenants[1]), in: fleet)
      #expect(try await other.query("SELECT 4") == "4")
      #expect(!router.log.contains("PAUSE TENANT \(tenant.id): done"))
      _ = try await client.query("COMMIT")
      let paused = try await pause.value
      #expect(paused.output.isEmpty && paused.errors.isEmpty)
      let resume = Task {
        try await eventually("the client waits") {
          try await Self.say("SHOW CLIENTS", router, fleet).output.contains("|waiting|")
        }
        let servers = try await Self.say("SHOW SERVERS", router, fleet).output
        #expect(!servers.contains("|\(tenant.id)|") && !servers.contains("|\(tenant.database)|"))
        #expect(try await Self.say("RESUME", router, fleet).errors.isEmpty)
      }
      #expect(try await client.query("SELECT 5") == "5")
      try await resume.value
      try await eventually("the orders are in the log") {
        router.log.contains("user=olga") && router.log.contains("PAUSE TENANT \(tenant.id) ordered")
          && router.log.contains("RESUME ALL: done")
      }
    }
  }

  @Test func `a pause says which sessions keep their servers, and holds new ones`() async throws {
    try await Self.withConsole(pooled: false, name: "admin-session") { fleet, router in
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      #expect(try await client.query("SELECT 1") == "1")
      let paused = try await Self.say("PAUSE SHARD \(tenant.shard)", router, fleet)
      #expect(paused.errors.contains("1 session keeps its server connection"))
      #expect(try await client.query("SELECT 2") == "2")
      let late = Task {
        try await Command.run(fleet.psql("SELECT 3", at: router.conninfo(to: tenant)))
      }
      try await eventually("the new session is held") {
        try await Self.say("SHOW CLIENTS", router, fleet).output.contains("|held|")
      }
      _ = try await Self.say("RESUME SHARD \(tenant.shard)", router, fleet)
      #expect(try await late.value == "3\n")
    }
  }

  @Test(arguments: [true, false])
  func `ends a client, and a tenant's clients, with 57P01`(isPooled: Bool) async throws {
    try await Self.withConsole(pooled: isPooled, name: "admin-kill-\(isPooled)") { fleet, router in
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      #expect(try await client.query("SELECT 1") == "1")
      let row = try await Self.say("SHOW CLIENTS", router, fleet).output
        .split(separator: "\n").first { $0.contains("|\(tenant.id)|") }
      let id = try #require(row?.split(separator: "|", omittingEmptySubsequences: false)[13])
      let killed = try await Self.say("KILL \(id)", router, fleet)
      #expect(killed.errors.contains("1 session ended"))
      _ = try? await client.query("SELECT 2")
      #expect(client.errors.contains("terminating connection due to administrator command"))
      #expect(try await Self.say("KILL \(id)", router, fleet).errors.contains("there is no client"))
      let busy = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      let mark = "admin-kill-\(isPooled)"
      let kill = Task {
        // In SHOW CLIENTS any session with a server connection of its own is active, and may ask
        // nothing.
        try await eventually("the query runs") {
          try await fleet.queryDirectly(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
              + " AND query LIKE '%\(mark)%' AND pid <> pg_backend_pid()", tenant) == "1"
        }
        _ = try await Self.say("KILL TENANT \(tenant.id)", router, fleet)
      }
      _ = try? await busy.query("SELECT pg_sleep(120), '\(mark)'")
      try await kill.value
      try await eventually("the client is told") {
        busy.errors.contains("terminating connection due to administrator command")
      }
    }
  }

  @Test func `a pause that is cancelled is taken back`() async throws {
    try await Self.withConsole(name: "admin-cancel") { fleet, router in
      let client = try PsqlSession(router.conninfo(to: fleet.tenants[0]), in: fleet)
      _ = try await client.query("BEGIN; SELECT 1")
      let pause = try ChildProcess(fleet.psql("PAUSE", at: Self.console(router)))
      try await eventually("all is paused") {
        try await Self.say("SHOW SHARDS", router, fleet).output.contains("|1\n")
      }
      pause.signal(SIGINT)
      #expect(await pause.wait().isSuccess == false)
      #expect(pause.errorOutput.contains("canceling statement due to user request"))
      #expect(try await Self.say("SHOW SHARDS", router, fleet).output.contains("|1\n") == false)
      _ = try await client.query("COMMIT")
      #expect(try await client.query("SELECT 2") == "2")
    }
  }

  @Test func `users prove who they are, and may do what they may`() async throws {
    let fleet = try await World.fleet
    let verifiers = try await fleet.query(
      "SET password_encryption = 'scram-sha-256'; CREATE ROLE olga PASSWORD 'one';"
        + "CREATE ROLE sven PASSWORD 'two'; SELECT format('\"%s\" \"%s\"', rolname, rolpassword)"
        + " FROM pg_authid WHERE rolname IN ('olga', 'sven'); DROP ROLE olga, sven",
      at: fleet.primary(of: fleet.tenants[0]).superuserConninfo())
    let lines = verifiers.split(separator: "\n").filter { $0.hasPrefix("\"") }
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-verifiers-\(UUID().uuidString)").path
    try lines.joined(separator: "\n").write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let section = """

        address: "127.0.0.1:0"
        users: [olga]
        statsUsers: [sven]
        verifierFile: \(path)
      """
    try await Self.withConsole(section: section, name: "admin-scram") { fleet, router in
      func say(_ statement: String, _ user: String, _ password: String) async throws -> String {
        let conninfo = try Self.console(router, user: user).with("password", password)
        let result = try await Command.result(of: fleet.psql(statement, at: conninfo))
        return result.output + result.errorOutput
      }
      let version = "Shardway \(Release.version)\n"
      #expect(try await say("SHOW VERSION", "olga", "one").hasPrefix(version))
      #expect(try await say("RELOAD", "olga", "one").contains("configuration 2 is in force"))
      #expect(try await say("SHOW VERSION", "sven", "two").hasPrefix("Shardway"))
      #expect(try await say("RELOAD", "sven", "two").contains("user \"sven\" may not RELOAD"))
      for (user, password) in [("olga", "two"), ("eve", "one")] {
        #expect(
          try await say("SHOW VERSION", user, password)
            .contains("password authentication failed for user \"\(user)\""))
      }
      // Another password of sven's, without a restart.
      try String(lines[0]).write(toFile: path, atomically: false, encoding: .utf8)
      #expect(try await say("RELOAD", "olga", "one").contains("has no line for the user"))
      #expect(try await say("SHOW VERSION", "sven", "two").hasPrefix("Shardway"))
    }
  }
}
