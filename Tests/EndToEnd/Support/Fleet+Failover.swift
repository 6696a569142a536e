import LocalFleet
import MapDocument
import ShardMap

extension Fleet {
  /// Has a shard's replica take over from its primary: pauses the shard, stops the one, promotes the other, and says so in the map.
  ///
  /// The only router has the sidecar's page.
  func switchOver(_ id: String, with sidecar: FakeSidecar) async throws {
    guard let shard = shard(id), let replica = shard.replicas.first else {
      throw Missing(what: "a replica of \(id)")
    }
    try await switchOver(id, from: shard.primary, to: replica, with: sidecar)
  }

  /// The same for a shard whose servers have changed places before.
  func switchOver(
    _ id: String, from primary: PostgresServer, to replica: PostgresServer,
    with sidecar: FakeSidecar
  ) async throws {
    try republish { document in document.changeShard(id) { $0.mode = .paused } }
    try sidecar.confirm()
    let version = try publishedVersion()
    try await eventually("every worker knows that the shard is paused") {
      sidecar.page.routers.first?.appliedVersion == version
    }
    // What was under way ends by itself; then nothing is written any more.
    try await eventually("no transaction is under way") {
      try await query(
        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
          + " AND usename = 'app' AND state <> 'idle'", at: primary.superuserConninfo())
        == "0"
    }
    await primary.stop(.fast)
    try await promote(replica, listing: [primary])
    try sidecar.confirm()
  }

  /// Promotes a shard's first replica; the map lists the old primary as the one that follows.
  func promote(_ id: String) async throws {
    guard let shard = shard(id), let replica = shard.replicas.first else {
      throw Missing(what: "a replica of \(id)")
    }
    try await promote(replica, listing: [shard.primary])
  }

  /// Waits until a server follows another one, and has come as far.
  func waitUntilFollows(_ primary: PostgresServer) async throws {
    try await eventually("a replica that streams from \(primary.instance)") {
      try await query(
        "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'",
        at: primary.superuserConninfo()) == "1"
    }
  }
}
