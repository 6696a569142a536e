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
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      var options = RouterOptions.pooledWithPage(fleet)
      // Longer than any promotion, and any wait for processor time, may take.
      options.pooling?.settings["failoverWindow"] = "120s"
      let router = try await fleet.startRouter(options)
      let tenant = fleet.tenants[0]
      let pgbench = PgbenchRun(fleet: fleet, conninfo: router.conninfo(to: tenant))
      try await pgbench.run(["-i", "-q", "-s", "1"])
      async let report = pgbench.run(["-n", "-c", "16", "-j", "2", "-T", "30"])
      try await eventually("the load has begun") {
        try await fleet.queryDirectly("SELECT count(*) > 50 FROM pgbench_history", tenant) == "t"
      }
      try await fleet.switchOver(tenant.shard, with: sidecar)
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
      let router = try await fleet.startRouter(
        World.pooled(workers: 1, .trust, ["failoverWindow": "120s"]))
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
        // Long enough for the failures in a row by which a router knows that there is no primary.
        World.pooled(workers: 1, .trust, ["failoverWindow": "8s"]))
      let tenant = fleet.tenants[0]
      let client = try WireClient(port: router.postgresPort)
      try client.start(["user": "app", "database": tenant.id])
      _ = try await client.messages(upTo: "Z")
      try await fleet.primary(of: tenant).stop(.immediate)
      try client.query("SELECT 1")
      // The replica is there: what only reads could go on.
      let error = try await client.error()
      #expect(error.sqlState.description == "25006" && error.hint != nil)
      // It is told after its own time, not after that of a query.
      #expect(error.detail?.contains("\(Duration.seconds(8))") == true, "\(error)")
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
