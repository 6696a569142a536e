import Foundation
import LocalFleet
import MapDocument
import Testing

/// Reads on replicas that are proven fresh enough, and on the primary where none is.
@Suite struct PooledTierTests {
  /// A router that probes; all reads may go to the primary, since a test waits for replicas by asking and asking.
  private static func startRouter(_ fleet: Fleet) async throws -> LocalRouter {
    try fleet.republish { document in
      for place in document.policies.indices {
        document.policies[place].primaryReadBudgetPercent = 100
      }
    }
    var options = World.pooled(workers: 1)
    options.sections["probes"] = "{ user: \(FleetRole.router), interval: 100ms }"
    return try await fleet.startRouter(options)
  }

  /// What `SHOW shardway.route` says: instance, zone, tier asked, tier, bound, sample's age, version and reason.
  private static func route(_ client: PsqlSession) async throws -> [String] {
    try await client.query("SHOW shardway.route").split(
      separator: "|", omittingEmptySubsequences: false
    ).map(String.init)
  }

  private static func pause(_ fleet: Fleet, _ shard: String, _ isPaused: Bool) async throws {
    guard let replica = fleet.shard(shard)?.replicas.first else { throw Missing(what: shard) }
    _ = try await fleet.query(
      "SELECT pg_wal_replay_\(isPaused ? "pause" : "resume")()", at: replica.superuserConninfo())
  }

  @Test func `a session reads its own writes on a replica as soon as that has them`() async throws {
    try await withFleet(.small) { fleet in
      let router = try await Self.startRouter(fleet)
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(
        router.conninfo(to: tenant).setting("shardway.consistency", "session"), in: fleet)
      _ = try await client.query("SET shardway.consistency = 'strong'")
      _ = try await client.query("CREATE TABLE own (number int)")
      for number in 0..<20 {
        _ = try await client.query("INSERT INTO own VALUES (\(number))")
        _ = try await client.query("SET shardway.consistency = 'session'")
        #expect(try await client.query("SELECT count(*) FROM own") == "\(number + 1)")
        _ = try await client.query("SET shardway.consistency = 'strong'")
      }
      _ = try await client.query("SET shardway.consistency = 'session'")
      try await eventually("a replica has what was written") {
        try await Self.route(client)[0] == "s1-b"
      }
      try await eventually("a read on the replica that finds all") {
        try await client.query("SELECT pg_is_in_recovery(), count(*) FROM own") == "t|20"
      }
    }
  }

  @Test func `a session's floor can be given to another session`() async throws {
    try await withFleet(.small) { fleet in
      let router = try await Self.startRouter(fleet)
      let tenant = fleet.tenants[0]
      let writer = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      let reader = try PsqlSession(
        router.conninfo(to: tenant).setting("shardway.consistency", "session"), in: fleet)
      try await eventually("replicas are proven fresh") {
        try await Self.route(reader)[0] == "s1-b"
      }
      try await Self.pause(fleet, "s1", true)
      _ = try await writer.query("CREATE TABLE given (number int)")
      let floor = try await writer.query("SHOW shardway.floor")
      _ = try await reader.query("SET shardway.floor = '\(floor)'")
      #expect(try await reader.query("SELECT count(*) FROM given") == "0")
      #expect(try await Self.route(reader)[0] == "s1-a")
      try await Self.pause(fleet, "s1", false)
      try await eventually("the replica has reached the floor") {
        try await Self.route(reader)[0] == "s1-b"
      }
      #expect(try await reader.query("SELECT count(*) FROM given") == "0")
    }
  }

  @Test func `a bounded read leaves a replica that has fallen behind, and comes back`() async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await Self.startRouter(fleet)
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(
        router.conninfo(to: tenant).setting("shardway.consistency", "bounded:1s"), in: fleet)
      var fresh: [String] = []
      try await eventually("the replica is within the bound") {
        fresh = try await Self.route(client)
        return fresh[0] == "s1-b"
      }
      #expect(fresh[2] == "bounded:1s" && Int(fresh[4]).map { $0 <= 1000 } == true, "\(fresh)")
      try await Self.pause(fleet, "s1", true)
      let writer = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      _ = try await writer.query("CREATE TABLE moving (number int)")
      try await eventually("the replica has fallen behind") {
        try await Self.route(client)[0] == "s1-a"
      }
      #expect(try await client.query("SELECT count(*) FROM moving") == "0")
      try await Self.pause(fleet, "s1", false)
      try await eventually("the replica is back") { try await Self.route(client)[0] == "s1-b" }
    }
  }

  @Test func `a write that was sent to a replica is told why, and which tier to ask for`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let router = try await Self.startRouter(fleet)
      let eventual = router.conninfo(to: fleet.tenants[0]).setting(
        "shardway.consistency", "eventual")
      let result = try await Command.result(of: fleet.psql("CREATE TABLE nowhere ()", at: eventual))
      #expect(!result.status.isSuccess)
      #expect(result.errorOutput.contains("read-only transaction"), "\(result.errorOutput)")
      #expect(
        result.errorOutput.contains("The tier eventual has sent this to the replica s1-b"),
        "\(result.errorOutput)")
      // It is no sign that the map is wrong.
      #expect(try await fleet.query("SELECT pg_is_in_recovery()", at: eventual) == "t")
    }
  }
}
