import Foundation
import LocalFleet
import MapDocument
import ShardMap
import Synchronization
import Testing

/// How many server connections there are, and whose.
@Suite struct PoolSizingTests {
  /// One server, so that nobody else's connections count.
  private static var options: FleetOptions {
    var options = FleetOptions.small
    options.replicasPerShard = 0
    return options
  }

  /// Counts the server processes of clients, as PostgreSQL does.
  private static let count = """
    SELECT count(*) FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND usename <> '\(FleetRole.superuser)'
    """

  private static func watcher(_ fleet: Fleet) throws -> PsqlSession {
    try PsqlSession(fleet.shards[0].primary.superuserConninfo(), in: fleet)
  }

  @Test func `two workers and two users stay within the cap of the instance, and all go on`()
    async throws
  {
    try await withFleet(Self.options) { fleet in
      let router = try await fleet.startRouter(
        World.pooled(workers: 2, .trust, ["serversPerInstance": "5"]))
      let script = try fleet.write(
        "BEGIN;\nSELECT pg_sleep(0.02);\nCOMMIT;\n", to: "short-transaction.sql")
      let watcher = try Self.watcher(fleet)
      let end = LoadEnd()
      async let most = Self.mostAtOnce(watcher, until: end)
      let reports = try await withThrowingTaskGroup(of: String.self) { group in
        defer { end.come() }
        for user in [FleetRole.application, FleetRole.router] {
          let conninfo = router.conninfo(to: fleet.tenants[0], user: user)
          group.addTask {
            try await PgbenchRun(fleet: fleet, conninfo: conninfo)
              .run(["-n", "-c", "15", "-j", "2", "-t", "60", "-f", script])
          }
        }
        return try await group.reduce(into: [String]()) { $0.append($1) }
      }
      for report in reports {
        #expect(report.contains("number of transactions actually processed: 900/900"))
        #expect(report.contains("number of failed transactions: 0 "))
      }
      #expect(try await most == 5, "never more, and not fewer than there may be")
    }
  }

  /// The end of a load, for who watches it meanwhile.
  private final class LoadEnd: Sendable {
    private let isThere = Atomic(false)

    var hasCome: Bool { isThere.load(ordering: .relaxed) }

    func come() { isThere.store(true, ordering: .relaxed) }
  }

  /// The most server processes at once, up to the end of a load.
  ///
  /// What is counted twice in a row counts: PostgreSQL looks at one process after the other, so that
  /// one may have come meanwhile in the place of one that was counted.
  private static func mostAtOnce(_ watcher: PsqlSession, until end: LoadEnd) async throws -> Int {
    var (most, last) = (0, 0)
    while !end.hasCome {
      let now = Int(try await watcher.query(count)) ?? .max
      most = max(most, min(last, now))
      last = now
    }
    return most
  }

  @Test func `users that have fewer connections than they are take turns`() async throws {
    try await withFleet(Self.options) { fleet in
      let router = try await fleet.startRouter(
        World.pooled(workers: 1, .trust, ["serversPerInstance": "1", "queryWait": "60s"]))
      let users = [FleetRole.application, FleetRole.router]
      let clients = try users.map {
        try PsqlSession(router.conninfo(to: fleet.tenants[0], user: $0), in: fleet)
      }
      for _ in 0..<3 {
        for (client, user) in zip(clients, users) {
          #expect(try await client.query("SELECT current_user") == user)
        }
      }
      // The router waits a second for the end of one that it has closed, and no longer.
      let watcher = try Self.watcher(fleet)
      try await eventually("one server process") { try await watcher.query(Self.count) == "1" }
    }
  }

  private static func awaitThree(_ watcher: PsqlSession) async throws {
    try await eventually("three server processes") { try await watcher.query(count) == "3" }
  }

  @Test func `the minimum is there as soon as the pool is used, and again when it was lost`()
    async throws
  {
    try await withFleet(Self.options) { fleet in
      let router = try await fleet.startRouter(
        World.pooled(workers: 1, .trust, ["minServersPerPool": "3"]))
      let client = try PsqlSession(router.conninfo(to: fleet.tenants[0]), in: fleet)
      #expect(try await client.query("SELECT 1") == "1")
      let watcher = try Self.watcher(fleet)
      for _ in 0..<2 {
        try await Self.awaitThree(watcher)
        let lost = try await watcher.query(
          "SELECT string_agg(pid::text, ',') FROM pg_stat_activity WHERE usename = 'app'")
        _ = try await watcher.query("SELECT pg_terminate_backend(unnest(ARRAY[\(lost)]))")
        // A process that was told to end may still take a statement.
        try await eventually("the end of \(lost)") {
          try await watcher.query(
            "SELECT count(*) FROM pg_stat_activity WHERE pid IN (\(lost))") == "0"
        }
      }
      try await Self.awaitThree(watcher)
      #expect(try await client.query("SELECT 2") == "2")
    }
  }

  @Test func `clients share where their tenant's policy says so, and else have a server each`()
    async throws
  {
    try await withFleet(Self.options) { fleet in
      var document = fleet.mapDocument
      document.mapVersion = 2
      document.policies.append(Policy(id: "sharing", tier: .strong, pooling: .transaction))
      document.tenants[0].policy = "sharing"
      try fleet.publish(document)
      var options = World.pooled(workers: 1)
      options.pooling?.mode = .policy
      let router = try await fleet.startRouter(options)
      for (tenant, expected) in zip(fleet.tenants, [1, 3]) {
        var clients: [PsqlSession] = []
        var servers: Set<String> = []
        for _ in 0..<3 {
          let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
          servers.insert(try await client.query("SELECT pg_backend_pid()"))
          clients.append(client)
        }
        #expect(servers.count == expected, "\(tenant.id)")
        for client in clients { _ = await client.close() }
      }
    }
  }
}
