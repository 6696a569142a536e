internal import Foundation
internal import GRDB

/// The tables of a store. Only `events` and `store` hold what can't be computed again.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 log and projections") { db in
      try db.execute(sql: log)
      try db.execute(sql: projections)
      try db.execute(sql: idempotency)
    }
    return migrator
  }

  /// What is true for ever. The triggers keep this program's own faults away from history; the
  /// chain tells about anybody else's.
  private static let log = """
    CREATE TABLE store (
      only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL);
    CREATE TABLE events (
      sequence INTEGER PRIMARY KEY, committed INTEGER NOT NULL, event BLOB NOT NULL,
      hash BLOB NOT NULL);
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    """

  /// What follows from the log. `Projections.tables` has the names.
  static let projections = """
    CREATE TABLE resources (
      kind INTEGER NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, live INTEGER NOT NULL,
      born INTEGER NOT NULL, sequence INTEGER NOT NULL, record BLOB NOT NULL,
      PRIMARY KEY (kind, id)) WITHOUT ROWID;
    CREATE INDEX resources_by_sequence ON resources (sequence);
    CREATE TABLE lives (
      kind INTEGER NOT NULL, id TEXT NOT NULL, born INTEGER NOT NULL, died INTEGER NOT NULL,
      PRIMARY KEY (kind, id, died)) WITHOUT ROWID;
    CREATE TABLE counts (kind INTEGER PRIMARY KEY, live INTEGER NOT NULL);
    CREATE TABLE reference_counts (
      kind INTEGER NOT NULL, id TEXT NOT NULL, referrer INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (kind, id, referrer)) WITHOUT ROWID;
    CREATE TABLE claims (
      name TEXT NOT NULL PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE buckets (bucket INTEGER PRIMARY KEY, leaves BLOB NOT NULL);
    CREATE TABLE bucket_groups (number INTEGER PRIMARY KEY, digests BLOB NOT NULL);
    CREATE TABLE head (
      only INTEGER PRIMARY KEY CHECK (only = 1), sequence INTEGER NOT NULL,
      committed INTEGER NOT NULL, root BLOB NOT NULL, count INTEGER NOT NULL, hash BLOB NOT NULL,
      groups BLOB NOT NULL);
    """

  /// Answers by idempotency key. The row number is the age: older answers have lower ones.
  private static let idempotency = """
    CREATE TABLE answers (
      number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest BLOB NOT NULL,
      at INTEGER NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL);
    """
}

extension Database {
  /// Runs a statement that is prepared once for the connection.
  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }

  /// The first row of a statement that is prepared once for the connection.
  func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
    try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
  }
}

extension Row {
  /// A column's bytes.
  func blob(_ column: Int) -> [UInt8] { Array(self[column] as Data? ?? Data()) }
}

extension [UInt8] {
  /// The bytes as an argument of a statement.
  var blob: Data { Data(self) }
}
