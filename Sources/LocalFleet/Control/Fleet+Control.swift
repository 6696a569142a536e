public import ControlClient
internal import Foundation
internal import MapDocument
internal import MapExchange
internal import ShardMap

extension Fleet {
  /// Starts control plane and sidecar, creates everything the fleet's map says through the control
  /// plane's interface, and returns when the sidecar has published it.
  func bringUp(
    progress: @escaping @Sendable (String) -> Void
  ) async throws(FleetError) {
    guard let control, let sidecar else { return }
    try await control.start()
    progress("control plane on \(control.url)")
    var document = mapDocument
    for index in document.policies.indices {
      document.policies[index].freshness = options.control?.freshness ?? .standard
    }
    let resources = document.resources
    let receipt = try await asked { client throws(ControlClientError) in
      try await client.change(
        resources.map { ControlChange.put($0) }, note: WriteNote(why: "the fleet as it starts"))
    }
    try await sidecar.start()
    try await awaitPublished(receipt.mapVersion ?? 1)
    progress("sidecar published map version \(receipt.mapVersion ?? 0)")
  }

  /// Moves a tenant's record to another shard, where it has an empty database.
  ///
  /// - Returns: the version of the map that says so, and when it was committed.
  /// - Throws: `FleetError.control`.
  @discardableResult
  public func moveTenantRecord(
    _ tenant: FleetTenant, to shard: String, why: String = "moved"
  ) async throws(FleetError) -> WriteReceipt {
    try await asked { client throws(ControlClientError) in
      try await client.patch(
        ResourceKey(kind: .tenant, id: tenant.id), ["shard": .string(shard)],
        note: WriteNote(why: why))
    }
  }

  /// Creates a tenant: its databases first, then its record.
  public func createTenant(
    _ id: String, on shard: String, why: String = "new"
  ) async throws(FleetError) -> (tenant: FleetTenant, receipt: WriteReceipt) {
    let tenant = FleetTenant(id: id, database: "\(id)_data", shard: shard)
    for each in shards {
      try await makeDatabase(of: tenant, on: each.primary)
      try await awaitReplicas(of: each.primary)
    }
    let receipt = try await asked { client throws(ControlClientError) in
      try await client.put(
        ResourceKey(kind: .tenant, id: id),
        [
          "shard": .string(shard), "database": .string(tenant.database), "pool": .string("shared"),
          "policy": .string("standard"),
        ], if: .ifAbsent, note: WriteNote(why: why))
    }
    return (tenant, receipt)
  }

  /// Waits until the replicas of a primary have replayed what it has written, a minute at most: an
  /// eventual session finds a new database or table there, too.
  ///
  /// - Throws: `FleetError.command`, `.cancelled`.
  public func awaitReplicas(of primary: PostgresServer) async throws(FleetError) {
    _ = try await query(
      """
      DO $$ DECLARE written pg_lsn := pg_current_wal_insert_lsn(); BEGIN
        FOR turn IN 1..6000 LOOP
          EXIT WHEN NOT EXISTS (
            SELECT FROM pg_stat_replication WHERE replay_lsn IS NULL OR replay_lsn < written);
          PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
        END LOOP;
      END $$
      """, at: primary.superuserConninfo())
  }

  /// Stops the control plane; what it has stored stays.
  public func stopControl() async { await control?.stop() }

  /// Starts the control plane again, at the same address and with the same store.
  public func startControl() async throws(FleetError) { try await control?.start() }

  /// Returns when the sidecar has published a map of this version or a newer one.
  public func awaitPublished(_ version: UInt64) async throws(FleetError) {
    guard let sidecar else { return }
    let deadline = ContinuousClock.now + FleetLimits.serviceStart
    while sidecar.publishedVersion ?? 0 < version {
      guard ContinuousClock.now < deadline else {
        throw .serviceNotReady(
          name: "sidecar",
          reason: "has not published map version \(version) within \(FleetLimits.serviceStart)",
          log: Command.lastLines(of: sidecar.log))
      }
      do { try await Task.sleep(for: FleetLimits.poll) } catch { throw .cancelled }
    }
  }

  /// Asks the control plane as its administrator.
  ///
  /// - Throws: `FleetError.control` with what it answered, or that the fleet has none.
  public func asked<Answer>(
    _ question: (ControlClient) async throws(ControlClientError) -> Answer
  ) async throws(FleetError) -> Answer {
    guard let control else {
      throw .control(reason: "this fleet has no control plane: its map is compiled from a document")
    }
    let client = try control.client()
    do {
      return try await question(client)
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .control(reason: "\(error)")
    }
  }
}
