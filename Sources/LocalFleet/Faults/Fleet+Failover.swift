internal import ControlClient
internal import MapDocument
internal import MapExchange
internal import ShardMap

extension Fleet {
  /// Makes a replica its shard's primary, has others follow it, and says so in the map, in a new
  /// epoch.
  ///
  /// - Parameters:
  ///   - replica: a running replica whose primary is gone, or has stopped.
  ///   - followers: running replicas of the same primary that have received no more.
  ///   - listed: further servers that the map shall name as replicas, though they don't run.
  /// - Throws: `FleetError.command`, `.control`, `.map`, `.cancelled`.
  public func promote(
    _ replica: PostgresServer, followedBy followers: [PostgresServer] = [],
    listing listed: [PostgresServer] = []
  ) async throws(FleetError) {
    _ = try await query("SELECT pg_promote()", at: replica.superuserConninfo())
    for follower in followers {
      _ = try await query(
        """
        ALTER SYSTEM SET primary_conninfo = '\(replica.superuserConninfo().text)';
        SELECT pg_reload_conf()
        """, at: follower.superuserConninfo())
    }
    try await tellMap(of: replica.shard, primary: replica, replicas: followers + listed)
  }

  /// Says in the map who is what to a shard, which then takes work again if it was paused.
  func tellMap(
    of shard: String, primary: PostgresServer, replicas: [PostgresServer]
  ) async throws(FleetError) {
    guard control != nil else {
      return try republish { document in
        for place in document.shards.indices where document.shards[place].id == shard {
          if document.shards[place].primary != primary.instance {
            document.shards[place].epoch += 1
          }
          document.shards[place].mode = .normal
          document.shards[place].primary = primary.instance
          document.shards[place].replicas = replicas.map(\.instance)
        }
      }
    }
    let fields: [String: JSONValue] = [
      "mode": .string(ServiceMode.normal.name), "primary": .string(primary.instance),
      "replicas": .array(replicas.map { .string($0.instance) }),
    ]
    _ = try await asked { client throws(ControlClientError) in
      try await client.patch(
        ResourceKey(kind: .shard, id: shard), fields,
        note: WriteNote(why: "\(primary.instance) is the primary"))
    }
  }

  /// Starts a server that has ended as a replica of another one, with a fresh copy of that one's
  /// data: what it alone had is lost.
  ///
  /// - Throws: `FleetError.command`, `.folder`, `.serverNotReady`, `.cancelled`.
  public func restart(
    _ server: PostgresServer, asReplicaOf primary: PostgresServer
  ) async throws(FleetError) {
    await server.stop(.immediate)
    try folder.delete(server.dataFolder)
    try await builder { _ in }.copy(primary, to: server.dataFolder, of: server.instance)
    try await server.start()
  }

  /// Makes a tenant's empty database on a server, if it isn't there.
  ///
  /// - Throws: `FleetError.command`, `.cancelled`.
  public func makeDatabase(
    of tenant: FleetTenant, on server: PostgresServer
  ) async throws(FleetError) {
    let known = try await query(
      "SELECT count(*) FROM pg_database WHERE datname = '\(tenant.database)'",
      at: server.superuserConninfo())
    guard known == "0" else { return }
    _ = try await query(
      "CREATE DATABASE \"\(tenant.database)\" OWNER \(FleetRole.application)",
      at: server.superuserConninfo())
  }
}
