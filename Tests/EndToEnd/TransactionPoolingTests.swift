import Foundation
import LocalFleet
import Testing
import Wire

/// Clients that share server connections, a transaction at a time.
@Suite struct TransactionPoolingTests {
  /// Server processes that work, or wait, for a tenant's clients, or for those of one name.
  private static func processes(
    _ fleet: Fleet, _ tenant: FleetTenant, of name: String? = nil
  ) async throws -> Int {
    let count = try await fleet.queryDirectly(
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        + (name.map { " AND application_name = '\($0)'" } ?? ""), tenant)
    return try #require(Int(count))
  }

  // One after the other, since they share a table. Prepared, pgbench waits for each statement to be prepared before it does anything else for its
  // other clients, so that those that hold a server would never let go of it: each transaction is one statement there.
  @Test func `many clients share few servers, and no transaction fails`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.pooledRouter)
    let tenant = try fleet.tenant("ember")
    let pgbench = PgbenchRun(fleet: fleet, conninfo: router.conninfo(to: tenant))
    try await pgbench.run(["-i", "-q", "-s", "1"])
    for (mode, script) in [
      ("simple", "tpcb-like"), ("extended", "tpcb-like"), ("prepared", "select-only"),
    ] {
      let report = try await pgbench.run([
        "-n", "-M", mode, "-b", script, "-c", "40", "-j", "2", "-t", "25",
      ])
      #expect(report.contains("number of transactions actually processed: 1000/1000"), "\(mode)")
      #expect(report.contains("number of failed transactions: 0 "), "\(mode)")
    }
    #expect(
      try await fleet.queryDirectly("SELECT count(*) FROM pgbench_history", tenant) == "2000")
    // Two workers with four each, which are kept for a while.
    let servers = try await Self.processes(fleet, tenant, of: "pgbench")
    #expect((1...8).contains(servers), "\(servers)")
  }

  @Test(arguments: ["extended", "prepared"])
  func `pipelined queries are answered in order`(mode: String) async throws {
    let (fleet, router) = (try await World.fleet, try await World.pooledRouter)
    let queries = (1...200).map { "SELECT \($0), repeat('x', \($0 * 50));\n" }.joined()
    let script = try fleet.write(
      "\\startpipeline\n\(queries)\\endpipeline\n", to: "pooled-pipeline-\(mode).sql")
    let report = try await PgbenchRun(
      fleet: fleet, conninfo: router.conninfo(to: fleet.tenant("fjord"))
    ).run(["-n", "-M", mode, "-c", "12", "-j", "2", "-t", "10", "-f", script])
    #expect(report.contains("number of transactions actually processed: 120/120"))
  }

  @Test func `an idle client keeps no server, and a transaction keeps one`() async throws {
    try await withRouter(World.pooled(workers: 1), name: "router-pool-idle") { fleet, router in
      let tenant = try fleet.tenant("fjord")
      // Other tests have clients of the same tenant.
      let conninfo = router.conninfo(to: tenant).with("application_name", "idle-and-not")
      let clients = try (0..<20).map { _ in try PsqlSession(conninfo, in: fleet) }
      for client in clients { #expect(try await client.query("SELECT 1") == "1") }
      #expect(try await Self.processes(fleet, tenant, of: "idle-and-not") == 1)
      _ = try await clients[0].query("BEGIN")
      let inside = try await clients[0].query("SELECT pg_backend_pid()")
      for client in clients.dropFirst() {
        #expect(try await client.query("SELECT pg_backend_pid()") != inside)
      }
      #expect(try await clients[0].query("SELECT pg_backend_pid()") == inside)
      #expect(try await Self.processes(fleet, tenant, of: "idle-and-not") == 2)
      _ = try await clients[0].query("COMMIT")
    }
  }

  @Test func `settings that servers report follow their client`() async throws {
    try await withRouter(World.pooled(workers: 1), name: "router-pool-settings") { fleet, router in
      let tenant = try fleet.tenant("fjord")
      let zones = ["Asia/Tokyo", "America/Lima", "UTC"]
      let clients = try zones.map { zone in
        try PsqlSession(router.conninfo(to: tenant).setting("timezone", zone), in: fleet)
      }
      for _ in 0..<3 {
        for (client, zone) in zip(clients, zones) {
          #expect(try await client.query("SHOW timezone") == zone)
        }
      }
      _ = try await clients[2].query("SET timezone TO 'Europe/Berlin'")
      _ = try await clients[2].query("SET application_name TO 'it''s \\mine'")
      for _ in 0..<2 {
        #expect(try await clients[0].query("SHOW timezone") == "Asia/Tokyo")
        #expect(try await clients[0].query("SHOW application_name") == "psql")
        #expect(try await clients[2].query("SHOW timezone") == "Europe/Berlin")
        #expect(try await clients[2].query("SHOW application_name") == "it's \\mine")
      }
    }
  }

  @Test func `what lives in a server's session pins its client, and is gone with it`() async throws
  {
    try await withRouter(World.pooled(workers: 1), name: "router-pool-pins") { fleet, router in
      let tenant = try fleet.tenant("fjord")
      let leavesBehind = [
        "CREATE TEMP TABLE left_behind (id int)", "PREPARE left_behind AS SELECT 1",
        "SET ROLE NONE", "SELECT pg_advisory_lock(4711)", "LISTEN left_behind",
        "DECLARE left_behind CURSOR WITH HOLD FOR SELECT 1",
      ]
      for statement in leavesBehind {
        let other = try PsqlSession(router.conninfo(to: tenant), in: fleet)
        let pinned = try PsqlSession(router.conninfo(to: tenant), in: fleet)
        _ = try await pinned.query(statement)
        let server = try await pinned.query("SELECT pg_backend_pid()")
        #expect(try await other.query("SELECT pg_backend_pid()") != server, "\(statement)")
        #expect(try await pinned.query("SELECT pg_backend_pid()") == server, "\(statement)")
        _ = await pinned.close()
        try await eventually("the server of \(statement) is shared again") {
          let left = """
            SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711)
              + (SELECT count(*) FROM pg_class WHERE relname = 'left_behind')
            """
          return try await other.query(left) == "0"
        }
        #expect(
          try await other.query(
            "SELECT (SELECT count(*) FROM pg_prepared_statements WHERE name = 'left_behind')"
              + " + (SELECT count(*) FROM pg_cursors) + (SELECT count(*) FROM pg_listening_channels())"
          ) == "0")
        _ = await other.close()
      }
    }
  }

  @Test func `a notification reaches a client that listens`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.pooledRouter)
    let tenant = try fleet.tenant("fjord")
    let client = try WireClient(port: router.postgresPort)
    try client.start(["user": "app", "database": tenant.id])
    _ = try await client.messages(upTo: "Z")
    try client.query("LISTEN news")
    _ = try await client.messages(upTo: "Z")
    _ = try await fleet.query("NOTIFY news, 'here'", at: router.conninfo(to: tenant))
    #expect(try await client.message()?.type == "A")
  }

  @Test func `a transaction whose client vanishes is rolled back`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.pooledRouter)
    let tenant = try fleet.tenant("fjord")
    _ = try await fleet.query(
      "DROP TABLE IF EXISTS vanishing; CREATE TABLE vanishing (id int)",
      at: router.conninfo(to: tenant))
    do {
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": tenant.id])
      _ = try await client.messages(upTo: "Z")
      for statement in ["BEGIN", "INSERT INTO vanishing VALUES (1)"] {
        try client.query(statement)
        _ = try await client.messages(upTo: "Z")
      }
      client.endSending()
      #expect(try await client.message() == nil)
    }
    try await eventually("the transaction is over") {
      try await fleet.queryDirectly(
        "SELECT count(*) FROM pg_locks WHERE relation = 'vanishing'::regclass", tenant) == "0"
    }
    #expect(try await fleet.queryDirectly("SELECT count(*) FROM vanishing", tenant) == "0")
  }

  @Test func `a transaction can be told to read from a replica, and says where it is`() async throws
  {
    let (fleet, router) = (try await World.fleet, try await World.pooledRouter)
    let tenant = fleet.tenants[0]
    let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
    #expect(try await client.query("SELECT pg_is_in_recovery()") == "f")
    _ = try await client.query("BEGIN")
    _ = try await client.query("SET LOCAL shardway.consistency = 'eventual'")
    #expect(try await client.query("SELECT pg_is_in_recovery()") == "t")
    let route = try await client.query("SHOW shardway.route")
    #expect(route.contains("s1-b") && route.contains("eventual"), "\(route)")
    _ = try await client.query("COMMIT")
    #expect(try await client.query("SELECT pg_is_in_recovery()") == "f")
    _ = try await client.query("SET shardway.consistency = 'eventual'")
    #expect(try await client.query("SELECT pg_is_in_recovery()") == "t")
    #expect(try await client.query("SHOW shardway.consistency") == "eventual")
    _ = try await client.query("SET shardway.consistency TO DEFAULT")
    #expect(try await client.query("SHOW shardway.consistency") == "strong")
    #expect(try await client.query("SELECT pg_is_in_recovery()") == "f")
  }

  @Test func `named statements work on every server, and are closed for their client only`()
    async throws
  {
    try await withRouter(World.pooled(workers: 1), name: "router-pool-named") { fleet, router in
      let tenant = try fleet.tenant("fjord")
      let clients = try await (0..<3).asyncMap { _ in
        let client = try WireClient(port: router.postgresPort)
        try client.start(["user": "app", "database": tenant.id])
        _ = try await client.messages(upTo: "Z")
        return client
      }
      // All prepare the same, under one name; each holds a transaction open, so that each has another server.
      for client in clients {
        try client.send(Extended.parse("s", "SELECT $1::int + 1") + Extended.sync)
        #expect(try await client.messages(upTo: "Z").map(\.type) == ["1", "Z"])
        try client.query("BEGIN; SELECT 1")
        _ = try await client.messages(upTo: "Z")
      }
      for (number, client) in clients.enumerated() {
        try client.send(Extended.bind("s", "\(number)") + Extended.execute + Extended.sync)
        let answer = try await client.messages(upTo: "Z")
        #expect(answer.map(\.type) == ["2", "D", "C", "Z"])
        #expect(String(decoding: answer[1].body.suffix(1), as: UTF8.self) == "\(number + 1)")
        try client.query("COMMIT")
        _ = try await client.messages(upTo: "Z")
      }
      try clients[0].send(Extended.close("s") + Extended.sync)
      #expect(try await clients[0].messages(upTo: "Z").map(\.type) == ["3", "Z"])
      try clients[0].send(Extended.bind("s", "1") + Extended.execute + Extended.sync)
      #expect(try await clients[0].messages(upTo: "Z").map(\.type) == ["E", "Z"])
      try clients[1].query("DEALLOCATE s")
      #expect(try await clients[1].messages(upTo: "Z").map(\.type) == ["C", "Z"])
      try clients[2].send(Extended.bind("s", "6") + Extended.execute + Extended.sync)
      #expect(try await clients[2].messages(upTo: "Z").map(\.type) == ["2", "D", "C", "Z"])
    }
  }

  @Test func `a client that waits too long for a server is told so`() async throws {
    // Long enough for the server that the other one is to hold.
    let options = World.pooled(workers: 1, .trust, ["serversPerPool": "1", "queryWait": "5s"])
    try await withRouter(options, name: "router-pool-wait") { fleet, router in
      let tenant = try fleet.tenant("fjord")
      let holder = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      let waiter = try WireClient(port: router.postgresPort)
      try waiter.start(["user": "app", "database": tenant.id])
      _ = try await waiter.messages(upTo: "Z")
      _ = try await holder.query("BEGIN")
      _ = try await holder.query("SELECT 1")
      try waiter.query("SELECT 1")
      let error = try await waiter.error()
      #expect(error.sqlState == .tooManyConnections)
      #expect(try await holder.query("SELECT 2") == "2")
    }
  }

  @Test func `a moved tenant's clients follow between two transactions, and stay connected`()
    async throws
  {
    try await withFleet(.controlled) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 2))
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      #expect(try await client.query("SHOW cluster_name") == "s1-a")
      _ = try await client.query("BEGIN")
      _ = try await client.query("SELECT 1")
      try await fleet.moveTenantRecord(tenant, to: "s2")
      try await eventually("new sessions are on the new shard") {
        try await fleet.leads(tenant, to: "s2-a", through: router)
      }
      #expect(try await client.query("SHOW cluster_name") == "s1-a")
      _ = try await client.query("COMMIT")
      // Its worker may get the map later than the one that was asked.
      try await eventually("the client follows") {
        try await client.query("SHOW cluster_name") == "s2-a"
      }
    }
  }
}

/// Messages of the extended query protocol.
private enum Extended {
  static let sync = MessageEncoder.encode(type: FrontendMessageType.sync, body: [])
  static let execute = MessageEncoder.encode(
    type: FrontendMessageType.execute, body: [0, 0, 0, 0, 0])

  static func parse(_ name: String, _ text: String) -> [UInt8] {
    MessageEncoder.encode(
      type: FrontendMessageType.parse, body: Array("\(name)\0\(text)\0".utf8) + [0, 0])
  }

  /// One value as text, and results as text.
  static func bind(_ name: String, _ value: String) -> [UInt8] {
    var body: [UInt8] = [0] + Array("\(name)\0".utf8) + [0, 0, 0, 1]
    body += WireClient.bigEndian(UInt32(value.utf8.count)) + Array(value.utf8) + [0, 0]
    return MessageEncoder.encode(type: FrontendMessageType.bind, body: body)
  }

  static func close(_ name: String) -> [UInt8] {
    MessageEncoder.encode(type: FrontendMessageType.close, body: Array("S\(name)\0".utf8))
  }
}

extension Sequence {
  fileprivate func asyncMap<Value>(
    _ body: (Element) async throws -> Value
  ) async throws -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await body(element)) }
    return values
  }
}
