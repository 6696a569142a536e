internal import GRDB
public import MapExchange

/// A live resource as listings and snapshots have it.
public struct StoredRecord: Hashable, Sendable {
  /// The resource's version.
  public let version: Int64
  /// The resource.
  public let record: MapRecord
}

/// What changed between a version and the newest one.
public enum ChangesSince: Sendable {
  /// Nothing: it is the newest.
  case none(Head)
  /// The newest version, what is different in it and what is gone.
  case some(Head, upserts: [MapRecord], removes: [ResourceKey])
  /// More than a delta may hold.
  case tooMany(Head)
  /// The version is newer than the store's.
  case ahead(Head)
}

extension ControlStore {
  /// A live resource.
  public func resource(_ key: ResourceKey) async throws(StoreError) -> StoredRecord? {
    try await read { db in
      try db.row(
        "SELECT version, record FROM resources WHERE kind = ? AND id = ? AND live",
        [key.kind.number, key.id]
      ).map { StoredRecord(version: $0[0], record: try Self.record($0.blob(1))) }
    }
  }

  /// Live resources of a kind whose ids come after `after`, in the order of ids.
  public func resources(
    of kind: ResourceKind, after: String, limit: Int
  ) async throws(StoreError) -> [StoredRecord] {
    try await read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT version, record FROM resources WHERE kind = ? AND id > ? AND live
            ORDER BY id LIMIT ?
          """)
      return try Row.fetchAll(statement, arguments: [kind.number, after, limit]).map {
        StoredRecord(version: $0[0], record: try Self.record($0.blob(1)))
      }
    }
  }

  /// What leads from a version of the map to the newest one.
  ///
  /// - Complexity: linear in what changed, at most in `limit`; the size of the fleet doesn't matter.
  public func changes(
    since version: Int64, limit: Int = ControlLimits.deltaResources
  ) async throws(StoreError) -> ChangesSince {
    try await read { db in
      let head = try Head.fetch(db)
      guard version < head.sequence else {
        return version == head.sequence ? .none(head) : .ahead(head)
      }
      let statement = try db.cachedStatement(
        sql: """
          SELECT kind, id, live, record FROM resources INDEXED BY resources_by_sequence
            WHERE sequence > ? LIMIT ?
          """)
      let rows = try Row.fetchAll(statement, arguments: [version, limit + 1])
      guard rows.count <= limit else { return .tooMany(head) }
      var upserts: [MapRecord] = []
      var removes: [ResourceKey] = []
      for row in rows {
        if row[2] as Bool {
          upserts.append(try Self.record(row.blob(3)))
        } else if try Self.lived(db, at: version, row[0], row[1]) {
          // What came and went in between, the receiver never had.
          removes.append(ResourceKey(kind: try ResourceKind(number: row[0]), id: row[1]))
        }
      }
      upserts.sort { $0.key < $1.key }
      removes.sort(by: >)
      return .some(head, upserts: upserts, removes: removes)
    }
  }

  /// Whether a resource that is gone was there at a version.
  private static func lived(
    _ db: Database, at version: Int64, _ kind: Int64, _ id: String
  ) throws -> Bool {
    try db.row(
      "SELECT 1 FROM lives WHERE kind = ? AND id = ? AND died > ? AND born <= ? LIMIT 1",
      [kind, id, version, version]) != nil
  }

  /// Passes all live resources, in the order of their keys, as one transaction sees them.
  ///
  /// - Complexity: linear; one record in memory at a time.
  func forEachRecord(
    begin: @escaping @Sendable (Head) throws -> Void,
    _ body: @escaping @Sendable (MapRecord) throws -> Void
  ) async throws(StoreError) {
    try await read { db in
      try begin(Head.fetch(db))
      let rows = try Row.fetchCursor(
        db, sql: "SELECT record FROM resources WHERE live ORDER BY kind, id")
      while let row = try rows.next() { try body(Self.record(row.blob(0))) }
    }
  }

  /// Rows of the log after a place.
  public func log(after sequence: Int64, limit: Int) async throws(StoreError) -> [LogRow] {
    try await read { try LogRow.fetch($0, after: sequence, limit: limit) }
  }

  /// When an event was committed; nil if there is none of that number.
  public func commitTime(of sequence: Int64) async throws(StoreError) -> Timestamp? {
    try await read { try Self.commitTime($0, sequence) }
  }

  /// How many events were committed since a time.
  ///
  /// - Complexity: logarithmic in the length of the log: time in it never goes back.
  public func eventCount(since time: Timestamp) async throws(StoreError) -> Int64 {
    try await read { db in
      let last = try Head.fetch(db).sequence
      var (low, high) = (Int64(1), last + 1)
      while low < high {
        let middle = low + (high - low) / 2
        if let at = try Self.commitTime(db, middle), at < time {
          low = middle + 1
        } else {
          high = middle
        }
      }
      return last - low + 1
    }
  }

  private static func commitTime(_ db: Database, _ sequence: Int64) throws -> Timestamp? {
    try db.row("SELECT committed FROM events WHERE sequence = ?", [sequence]).map {
      Timestamp(microseconds: $0[0])
    }
  }

  private static func record(_ bytes: [UInt8]) throws -> MapRecord {
    do {
      return try MapRecord(canonical: bytes)
    } catch {
      throw StoreError.damaged(what: "a record is unreadable: \(error)")
    }
  }
}

extension LogRow {
  static func fetch(_ db: Database, after sequence: Int64, limit: Int) throws -> [LogRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT sequence, committed, event, hash FROM events WHERE sequence > ? ORDER BY sequence
          LIMIT ?
        """)
    return try Row.fetchAll(statement, arguments: [sequence, limit]).map {
      LogRow(
        sequence: $0[0], committed: Timestamp(microseconds: $0[1]), event: $0.blob(2),
        hash: $0.blob(3))
    }
  }
}
