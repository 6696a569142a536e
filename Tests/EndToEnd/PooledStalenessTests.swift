import Foundation
import LocalFleet
import MapDocument
import Testing

/// Reads with a bound while a replica stops replaying and goes on at random.
@Suite struct PooledStalenessTests {
  private static let tier = "bounded:500ms"
  private static let bound: Duration = .milliseconds(500)
  /// How long the replica stands still, and how long it then replays.
  private static let spells: ClosedRange<Double> = 50...1500
  /// Reads on the primary, and on the replica, that put both to the test; and how much longer they
  /// may take to come.
  private static let enough = 100
  private static let patience: Duration = .seconds(240)

  @Test func `no read is older than its bound, for half a minute`() async throws {
    try await run(for: .seconds(30))
  }

  @Test(.long) func `no read is older than its bound, for ten minutes`() async throws {
    try await run(for: .seconds(600))
  }

  private func run(for time: Duration) async throws {
    try await withFleet(.small) { fleet in
      // None may be refused: what the replica can't serve, the primary does.
      try fleet.republish { document in
        for place in document.policies.indices {
          document.policies[place].primaryReadBudgetPercent = 100
        }
      }
      var options = World.pooled(workers: 2)
      options.sections["probes"] = "{ user: \(FleetRole.router), interval: 100ms }"
      let router = try await fleet.startRouter(options)
      let tenant = fleet.tenants[0]
      guard let replica = fleet.shard(tenant.shard)?.replicas.first else { return }
      let switching = try PsqlSession(replica.superuserConninfo(), in: fleet)
      let load = try await StalenessLoad(of: tenant, through: router, in: fleet)
      load.start(tier: Self.tier)
      var progress = LongProgress(of: Self.tier)
      var pauses = 0
      let end = ContinuousClock.now + time
      while ContinuousClock.now < end
        || load.readsOfRarerKind < Self.enough && ContinuousClock.now < end + Self.patience
      {
        _ = try await switching.query("SELECT pg_wal_replay_pause()")
        try await Task.sleep(for: .milliseconds(.random(in: Self.spells)))
        _ = try await switching.query("SELECT pg_wal_replay_resume()")
        try await Task.sleep(for: .milliseconds(.random(in: Self.spells)))
        pauses += 1
        progress.tell("\(load.readCount) reads, \(pauses) pauses; \(load.errors)")
      }
      let verdict = try await load.stop(bound: Self.bound)
      progress.say(
        "\(verdict.reads) reads, \(verdict.readsOnReplica) of them on the replica, during"
          + " \(verdict.commits) commits and \(pauses) pauses of replay: \(verdict.tooOld) older"
          + " than the bound, the oldest \(verdict.oldest.milliseconds) ms")
      #expect(load.errors.isEmpty)
      #expect(verdict.tooOld == 0)
      // Both have been put to the test.
      #expect(verdict.readsOnReplica >= Self.enough)
      #expect(verdict.reads - verdict.readsOnReplica >= Self.enough)
    }
  }
}
