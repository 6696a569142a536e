internal import Foundation
internal import GRDB
internal import MapExchange
internal import Synchronization

/// One difference between the projections and what the log says.
public struct ProjectionDifference: Hashable, Sendable, CustomStringConvertible {
  /// The table.
  public let table: String
  /// The row's key.
  public let key: String
  /// What is wrong with it.
  public let fault: String

  /// All of it in one line.
  public var description: String { "\(table) \(key): \(fault)" }
}

/// What a rebuild found.
public struct RebuildReport: Hashable, Sendable {
  /// Where the log ends.
  public let head: Head
  /// The first differences of each table, ``Rebuild/shownDifferences`` at most.
  public let differences: [ProjectionDifference]
  /// Rows that differ in all.
  public let differenceCount: Int
  /// Whether the projections were replaced.
  public let isRepaired: Bool
}

/// Computes all projections again from the log, in a copy, and compares.
public enum Rebuild {
  /// Differences of a table that are told one by one.
  public static let shownDifferences = 20
  /// Events of one transaction of the copy.
  private static let batch = 10_000

  /// What can be computed again, with each table's key.
  static let tables = [
    ("resources", "kind || '/' || id"), ("lives", "kind || '/' || id || '/' || died"),
    ("counts", "kind"),
    ("reference_counts", "kind || '/' || id || '/' || referrer"), ("claims", "name"),
    ("buckets", "bucket"), ("bucket_groups", "number"), ("head", "only"),
  ]

  /// Rebuilds beside the store, and compares.
  ///
  /// - Parameters:
  ///   - store: the store whose log and projections they are.
  ///   - scratch: where the copy is made; the file is deleted afterwards.
  ///   - repairing: whether to replace projections that differ.
  /// - Returns: What differs.
  /// - Throws: ``BrokenLink`` when the log can't be trusted, or ``StoreError``.
  public static func run(
    _ store: ControlStore, scratch: String, repairing: Bool
  ) async throws -> RebuildReport {
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: scratch + suffix)
      }
    }
    let copy = try Replay(path: scratch, storeID: store.id)
    while try await copy.take(store.log(after: copy.sequence, limit: batch)) {}
    return try await store.writeAttached(scratch) { db in
      // Nobody writes now: what came since is taken over here.
      while try copy.take(LogRow.fetch(db, after: copy.sequence, limit: batch)) {}
      var report = try compare(db)
      if repairing, report.differenceCount > 0 {
        for (table, _) in tables {
          try db.execute(sql: "DELETE FROM main.\(table)")
          try db.execute(sql: "INSERT INTO main.\(table) SELECT * FROM copy.\(table)")
        }
        report = RebuildReport(
          head: try Head.fetch(db), differences: report.differences,
          differenceCount: report.differenceCount, isRepaired: true)
      }
      return report
    }
  }

  private static func compare(_ db: Database) throws -> RebuildReport {
    var differences: [ProjectionDifference] = []
    var count = 0
    for (table, key) in tables {
      for (side, other, fault) in [
        ("main", "copy", "isn't what the log says"), ("copy", "main", "is missing or outdated"),
      ] {
        let rows = try Row.fetchCursor(
          db,
          sql:
            "SELECT \(key) FROM (SELECT * FROM \(side).\(table) EXCEPT SELECT * FROM \(other).\(table))"
        )
        var shown = 0
        while let row = try rows.next() {
          count += 1
          shown += 1
          guard shown <= shownDifferences else { continue }
          let text =
            String.fromDatabaseValue(row[0] as DatabaseValue) ?? "\(row[0] as DatabaseValue)"
          differences.append(ProjectionDifference(table: table, key: text, fault: fault))
        }
      }
    }
    return RebuildReport(
      head: try Head.fetch(db), differences: differences, differenceCount: count,
      isRepaired: false)
  }
}

/// Projections that follow a log row by row, in a database of their own.
private final class Replay: Sendable {
  private let database: DatabaseQueue
  private let storeID: String
  private let chain = Mutex(ChainCheck())

  init(path: String, storeID: String) throws {
    try? FileManager.default.removeItem(atPath: path)
    self.storeID = storeID
    database = try DatabaseQueue(path: path)
    try database.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
    }
    try database.write { db in
      try db.execute(sql: Schema.projections)
      try FleetTransaction.begin(db)
    }
  }

  var sequence: Int64 { chain.withLock { $0.count } }

  /// Takes rows over; false when there were none.
  func take(_ rows: [LogRow]) throws -> Bool {
    guard !rows.isEmpty else { return false }
    try database.write { db in
      let fleet = try FleetTransaction(db, storeID: storeID)
      for row in rows {
        let link = try chain.withLock { chain in
          try chain.follow(row)
          return chain.head
        }
        guard let fact = CloudEvent(canonical: row.event) else {
          throw BrokenLink(sequence: row.sequence, reason: "the event is unreadable")
        }
        try fleet.replay(fact.event(after: fleet.stored(fact.subject)), fact, link: link)
      }
      _ = try fleet.finish()
    }
    return true
  }
}

extension CloudEvent {
  /// What happened, given what was there.
  fileprivate func event(after stored: StoredResource?) throws -> ResourceEvent {
    let before = stored.flatMap { $0.isLive ? $0.resource : nil }
    let resource = try record.map { try MapRecord(canonical: $0).resource() } ?? before
    guard let resource, (kind == .created) == (before == nil), version == (stored?.version ?? 0) + 1
    else {
      throw BrokenLink(
        sequence: sequence,
        reason: "\(subject) can't be \(kind.rawValue) as version \(version) here")
    }
    return ResourceEvent(kind: kind, resource: resource, before: before, version: version)
  }
}

extension ControlStore {
  /// A transaction that keeps other writers out, with a second database in reach as `copy`.
  fileprivate func writeAttached<Value: Sendable>(
    _ path: String, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await pool.writeWithoutTransaction { db in
      try db.execute(sql: "ATTACH DATABASE ? AS copy", arguments: [path])
      defer { try? db.execute(sql: "DETACH DATABASE copy") }
      var value: Value?
      try db.inTransaction(.deferred) {
        // A write to the store alone: an immediate transaction would lock the copy, too.
        try db.execute(sql: "UPDATE main.head SET only = only")
        value = try body(db)
        return .commit
      }
      guard let value else { throw StoreError.damaged(what: "a rebuild had no outcome") }
      return value
    }
  }
}
