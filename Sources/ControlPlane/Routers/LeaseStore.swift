internal import Foundation
internal import GRDB
internal import HTTPTypes

/// The routers' leases and the histogram of propagation.
///
/// A database of its own beside the store: reports are many and may be lost in a power cut, so they
/// neither wait for a disk nor make a commit of the fleet wait.
public final class LeaseStore: Sendable {
  /// How long an expired lease is still shown, so that one sees who vanished.
  static let mourning = Duration.seconds(3_600)

  private let path: String
  private let pool: DatabasePool

  /// Opens the database at `path`, or makes it.
  public init(path: String) throws(StoreError) {
    self.path = path
    do {
      var configuration = Configuration()
      configuration.label = "shardway.routers"
      configuration.busyMode = .timeout(ControlLimits.writerWait / .seconds(1))
      pool = try DatabasePool(path: path, configuration: configuration)
      var migrator = DatabaseMigrator()
      migrator.registerMigration("1 leases") { try $0.execute(sql: Self.schema) }
      migrator.registerMigration("2 shares and events") {
        try $0.execute(sql: Self.sharesSchema + Self.eventsSchema)
      }
      try migrator.migrate(pool)
    } catch {
      throw .unusable(path: path, reason: "\(error)")
    }
  }

  private static let schema = """
    CREATE TABLE leases (
      id TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, expires INTEGER NOT NULL,
      applied INTEGER, missed INTEGER NOT NULL, seen INTEGER NOT NULL, status BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE propagation (bucket INTEGER PRIMARY KEY, count INTEGER NOT NULL);
    """

  /// Renews a router's lease.
  ///
  /// - Returns: The map version that the router began to use since its last status, if that came in
  ///   time: only then is the time between a sample, and not the length of an absence.
  func renew(
    _ id: String, _ status: RouterStatus, _ value: JSONValue, at now: Timestamp
  ) async throws -> Int64? {
    let expires = now.microseconds + status.leaseSeconds * 1_000_000
    let oldest = now.microseconds - Int64(Self.mourning / .microseconds(1))
    return try await write { db in
      try db.run(
        """
        DELETE FROM leases WHERE id IN (SELECT id FROM leases WHERE expires < ? LIMIT 8)
        """, [oldest])
      let before = try db.row("SELECT expires, applied FROM leases WHERE id = ?", [id])
      if before == nil {
        let count = try db.row("SELECT count(*) FROM leases").map { $0[0] as Int } ?? 0
        guard count < ControlLimits.leases else {
          throw Problem(
            .unprocessableContent, "too-many-routers",
            "there are \(ControlLimits.leases) routers already")
        }
      }
      try db.run(
        "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          id, now.microseconds, expires, status.applied?.mapVersion,
          status.hints?.eventsMissed ?? 0, status.hints?.eventsSeen ?? 0, value.canonical.blob,
        ])
      guard let before, (before[0] as Int64) >= now.microseconds,
        let previous = before[1] as Int64?, let applied = status.applied?.mapVersion,
        applied > previous
      else { return nil }
      return applied
    }
  }

  /// Adds a sample of propagation.
  func sample(microseconds: Int64) async throws {
    try await write { db in
      try db.run(
        "INSERT INTO propagation VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
        [PropagationHistogram.bucket(ofMicroseconds: microseconds)])
    }
  }

  /// Leases in the order of ids.
  func leases(after: String, limit: Int) async throws -> [RouterLease] {
    try await read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT id, at, expires, status FROM leases WHERE id > ? ORDER BY id LIMIT ?")
      return try Row.fetchAll(statement, arguments: [after, limit]).map {
        RouterLease(
          id: $0[0], at: Timestamp(microseconds: $0[1]), expires: Timestamp(microseconds: $0[2]),
          status: (try? JSONValue(json: $0.blob(3))) ?? .null)
      }
    }
  }

  /// All samples of propagation.
  func propagation() async throws -> PropagationHistogram {
    try await read { db in
      var histogram = PropagationHistogram()
      for row in try Row.fetchAll(db, sql: "SELECT bucket, count FROM propagation") {
        let bucket = row[0] as Int
        if histogram.counts.indices.contains(bucket) { histogram.counts[bucket] = row[1] }
      }
      return histogram
    }
  }

  /// The share of events whose hints living sidecars missed.
  func eventLoss(at now: Timestamp) async throws -> Double {
    try await read { db in
      let row = try db.row(
        "SELECT coalesce(sum(missed), 0), coalesce(sum(seen), 0) FROM leases WHERE expires >= ?",
        [now.microseconds])
      guard let row else { return 0 }
      let missed = row[0] as Double
      let all = missed + (row[1] as Double)
      return all > 0 ? missed / all : 0
    }
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await pool.write(to: path, body)
  }

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.read(body)
    } catch let error as DatabaseError {
      throw StoreError.unusable(path: path, reason: "\(error)")
    }
  }
}
