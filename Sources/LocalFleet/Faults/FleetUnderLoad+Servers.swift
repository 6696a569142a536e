/// Faults of a shard's servers.
extension FleetUnderLoad {
  /// Has a shard's first replica receive and not replay, so that its data gets old; the end has it
  /// go on.
  ///
  /// - Throws: `FleetError.fault` when there is no such shard or replica, or it is paused already;
  ///   `.command`, `.cancelled`.
  public func pauseReplay(of shard: String) async throws(FleetError) -> FaultInForce {
    let fleet = fleet
    let replica = try firstReplica(of: shard)
    return try await begin(.replay(shard: shard)) { () async throws(FleetError) in
      _ = try await fleet.query("SELECT pg_wal_replay_pause()", at: replica.superuserConninfo())
      return { () async throws(FleetError) in
        // It may have been promoted, and replays no more.
        _ = try await fleet.query(
          "SELECT pg_wal_replay_resume() WHERE pg_is_in_recovery()",
          at: replica.superuserConninfo())
      }
    }
  }

  /// Kills a shard's primary as if its machine had gone, promotes the replica that has received
  /// most (the first of those that have), has the others follow it, and tells the map.
  ///
  /// Returns when the map is told. The end copies the new primary to where the old one was and
  /// starts that as its last replica; takes a few seconds.
  /// - Throws: `FleetError.fault` when there is no such shard or replica, or the shard's last fault
  ///   has not ended; `.command`, `.control`, `.map`, `.cancelled`.
  public func killPrimary(of shard: String) async throws(FleetError) -> FaultInForce {
    _ = try firstReplica(of: shard)
    let before = try servers(of: shard)
    return try await begin(.servers(shard: shard)) { () async throws(FleetError) in
      await before.primary.kill()
      let heir = try await furthest(before.replicas)
      let followers = before.replicas.filter { $0 !== heir }
      setServers(of: shard, ShardServers(primary: heir, replicas: followers))
      try await fleet.promote(heir, followedBy: followers)
      return { [self] () async throws(FleetError) in
        try await comeBack(before.primary, to: shard)
      }
    }
  }

  /// Has a server that was its shard's primary follow the one that is it now.
  private func comeBack(_ server: PostgresServer, to shard: String) async throws(FleetError) {
    var now = try servers(of: shard)
    try await fleet.restart(server, asReplicaOf: now.primary)
    now.replicas.append(server)
    setServers(of: shard, now)
    try await fleet.tellMap(of: shard, primary: now.primary, replicas: now.replicas)
  }

  private func firstReplica(of shard: String) throws(FleetError) -> PostgresServer {
    guard let replica = try servers(of: shard).replicas.first else {
      throw .fault("shard \(shard)", reason: "it has no replica; start the fleet with one")
    }
    return replica
  }

  /// The replica that has received most; of equals the first.
  private func furthest(
    _ replicas: [PostgresServer]
  ) async throws(FleetError) -> PostgresServer {
    var best = replicas[0]
    // Nobody to choose from: don't ask.
    guard replicas.count > 1 else { return best }
    var most = -1.0
    for replica in replicas {
      let answer = try await fleet.query(
        "SELECT pg_last_wal_receive_lsn() - '0/0'::pg_lsn", at: replica.superuserConninfo())
      guard let received = Double(answer), received > most else { continue }
      (best, most) = (replica, received)
    }
    return best
  }
}
