import Foundation
import LocalFleet
import MapDocument
import ShardMap
import Testing
import Wire

/// Primaries that change, or go, under clients that share server connections.
@Suite struct PooledFailoverTests {
  @Test func `a planned switchover under load loses no transaction`() async throws {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 2))
      let tenant = fleet.tenants[0]
      let pgbench = PgbenchRun(fleet: fleet, conninfo: router.conninfo(to: tenant))
      try await pgbench.run(["-i", "-q", "-s", "1"])
      async let report = pgbench.run(["-n", "-c", "16", "-j", "2", "-T", "8"])
      try await eventually("the load has begun") {
        try await fleet.queryDirectly("SELECT count(*) > 50 FROM pgbench_history", tenant) == "t"
      }
      try await fleet.switchOver(tenant.shard, behind: router)
      let said = try await report
      #expect(said.contains("number of failed transactions: 0 "), "\(said)")
      #expect(!said.contains("aborted"), "\(said)")
      // Every transaction that pgbench was told of is there, once.
      let processed = try #require(
        said.firstMatch(of: /number of transactions actually processed: (\d+)/)?.1)
      #expect(
        try await fleet.query(
          "SELECT count(*) FROM pgbench_history", at: router.conninfo(to: tenant))
          == String(processed))
      #expect(
        try await fleet.query("SHOW cluster_name", at: router.conninfo(to: tenant)) == "s1-b")
    }
  }

  @Test func `work waits for a primary that is gone, and goes on with the new one`() async throws {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(World.pooled(workers: 1))
      let tenant = fleet.tenants[0]
      let client = try PsqlSession(router.conninfo(to: tenant), in: fleet)
      #expect(try await client.query("SHOW cluster_name") == "s1-a")
      let old = try fleet.primary(of: tenant)
      await old.stop(.immediate)
      // Its links are closed, which the router sees; the next transaction waits.
      async let promotion: Void = fleet.promote(tenant.shard)
      #expect(try await client.query("SHOW cluster_name") == "s1-b")
      try await promotion
      #expect(try await client.query("SHOW cluster_name") == "s1-b")
    }
  }

  @Test func `work that waits too long for a primary is told so`() async throws {
    try await withFleet(.small) { fleet in
      let router = try await fleet.startRouter(
        World.pooled(workers: 1, .trust, ["failoverWindow": "500ms"]))
      let tenant = fleet.tenants[0]
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": tenant.id])
      _ = try await client.messages(upTo: "Z")
      try await fleet.primary(of: tenant).stop(.immediate)
      let start = ContinuousClock.now
      try client.query("SELECT 1")
      #expect(try await client.error().sqlState.description == "57P03")
      #expect(start.duration(to: .now) < .seconds(5))
    }
  }
}

extension Fleet {
  /// Has a shard's replica take over from its primary: pauses the shard, stops the one, promotes the other, and says so in the map.
  func switchOver(_ id: String, behind router: LocalRouter) async throws {
    try republish { document in document.changeShard(id) { $0.mode = .paused } }
    let version = try publishedVersion()
    try await eventually("the router knows that the shard is paused") {
      router.log.contains("map \(version) in use")
    }
    guard let shard = shard(id) else { throw Missing(what: id) }
    // What was under way ends by itself; then nothing is written any more.
    try await eventually("no transaction is under way") {
      try await query(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
          + " AND usename = 'app' AND state <> 'idle'", at: shard.primary.superuserConninfo())
        == "0"
    }
    await shard.primary.stop(.fast)
    try await promote(id)
  }

  /// Promotes a shard's first replica, and publishes a map in which it is the primary of a new epoch.
  func promote(_ id: String) async throws {
    guard let replica = shard(id)?.replicas.first else { throw Missing(what: "a replica of \(id)") }
    _ = try await query("SELECT pg_promote()", at: replica.superuserConninfo())
    try republish { document in
      document.changeShard(id) { shard in
        shard.mode = .normal
        shard.epoch += 1
        shard.replicas = [shard.primary]
        shard.primary = replica.instance
      }
    }
  }
}

extension MapDocument {
  /// Changes a shard.
  mutating func changeShard(_ id: String, _ change: (inout Shard) -> Void) {
    guard let place = shards.firstIndex(where: { $0.id == id }) else { return }
    change(&shards[place])
  }
}
