import Foundation
import LocalFleet
import Testing

/// Primaries that go, and change, under clients that keep account of what they wrote.
@Suite struct PooledKillTests {
  private static let clients = 32

  @Test func `a primary killed under 32 writers loses no commit, and no write is done twice`()
    async throws
  {
    try await withFleet(.small) { fleet in
      let tenant = fleet.tenants[0]
      let primary = try fleet.primary(of: tenant)
      try await Self.makeSynchronous(primary, in: fleet)
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      let router = try await fleet.startRouter(.pooledWithPage(fleet))
      let load = try await WriteLoad(
        clients: Self.clients, of: tenant, through: router, in: fleet)
      load.start()
      try await load.goesOn(by: 1000)

      let killed = ContinuousClock.now
      await primary.kill()
      try await fleet.promote(tenant.shard)
      try sidecar.confirm()
      let promotion = killed.duration(to: .now)
      try await load.goesOn(by: 1000)

      let writes = try await load.stop()
      let verdict = try await WriteVerdict(
        of: writes, in: fleet, at: router.conninfo(to: tenant))
      let pause = writes.longestPause
      print(
        "primary killed under \(Self.clients) writers: \(writes.count(.committed)) committed,"
          + " \(verdict.lost) of them lost, \(verdict.doubled) doubled; \(writes.count(.unknown))"
          + " unknown, \(verdict.unknownThere) of them there; \(writes.count(.refused)) refused;"
          + " \(pause.milliseconds) ms without a commit, promotion took"
          + " \(promotion.milliseconds) ms")
      #expect(verdict.lost == 0)
      #expect(verdict.doubled == 0)
      #expect(verdict.undead == 0, "what was refused was done; \(load.errors)")
      // Whatever holds this process up counts as a pause: this is for runs that have the machine.
      let hasMachine = ProcessInfo.processInfo.environment["SHARDWAY_LONG_TESTS"] == "1"
      #expect(pause <= promotion + .seconds(hasMachine ? 1 : 60))
      #expect(
        try await fleet.query("SHOW cluster_name", at: router.conninfo(to: tenant)) == "s1-b")
    }
  }

  @Test(.long) func `20 planned switchovers in a row under load fail no transaction`()
    async throws
  {
    var options = FleetOptions.small
    // What follows has to find what it missed.
    options.settings["wal_keep_size"] = "1GB"
    try await withFleet(options) { fleet in
      let tenant = fleet.tenants[0]
      var primary = try fleet.primary(of: tenant)
      guard var replica = fleet.shard(tenant.shard)?.replicas.first else { return }
      // The replica's copy names the primary already.
      _ = try await fleet.query(
        "ALTER SYSTEM SET primary_conninfo = '\(replica.superuserConninfo().text)'",
        at: primary.superuserConninfo())
      let sidecar = try FakeSidecar(fleet)
      try sidecar.confirm()
      let router = try await fleet.startRouter(.pooledWithPage(fleet))
      let load = try await WriteLoad(
        clients: Self.clients, of: tenant, through: router, in: fleet)
      load.start()
      var progress = LongProgress(of: "switchovers")
      for number in 1...20 {
        try await load.goesOn(by: 500)
        try await fleet.switchOver(tenant.shard, from: primary, to: replica, with: sidecar)
        try primary.becomeStandby()
        try await primary.start()
        (primary, replica) = (replica, primary)
        try await fleet.waitUntilFollows(primary)
        progress.tell("\(number) of 20, \(load.committed) commits; \(load.errors)")
      }
      try await load.goesOn(by: 500)
      let writes = try await load.stop()
      let verdict = try await WriteVerdict(
        of: writes, in: fleet, at: router.conninfo(to: tenant))
      progress.say(
        "20 switchovers: \(writes.count(.committed)) transactions, \(writes.count(.refused)) refused,"
          + " \(writes.count(.unknown)) unknown; \(writes.longestPause.milliseconds) ms without a"
          + " commit at most")
      #expect(writes.count(.refused) == 0, "\(load.errors)")
      #expect(writes.count(.unknown) == 0, "\(load.errors)")
      #expect(verdict.lost == 0 && verdict.doubled == 0)
    }
  }

  /// Has commits wait for the replica: by itself a killed server takes with it what that hasn't got.
  private static func makeSynchronous(_ primary: PostgresServer, in fleet: Fleet) async throws {
    for statement in [
      "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()",
    ] {
      _ = try await fleet.query(statement, at: primary.superuserConninfo())
    }
    try await eventually("the replica is waited for") {
      try await fleet.query(
        "SELECT sync_state FROM pg_stat_replication", at: primary.superuserConninfo()) == "sync"
    }
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
