internal import Foundation
internal import GRDB

/// An event of a router as it is kept.
struct RouterEvent: Sendable {
  let sequence: Int64
  let router: String
  let event: RouterStatus.Event

  /// As the API shows it.
  var body: JSONValue {
    [
      "sequence": .integer(sequence), "router": .string(router), "number": .integer(event.number),
      "at": .string(Timestamp(microseconds: event.atMilliseconds * 1_000).description),
      "kind": .string(event.kind), "tenant": .string(event.tenant), "shard": .string(event.shard),
      "text": .string(event.text),
    ]
  }
}

/// What routers have done or want, the newest of it.
extension LeaseStore {
  static let eventsSchema = """
    CREATE TABLE events (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, router TEXT NOT NULL, number INTEGER NOT NULL,
      at INTEGER NOT NULL, kind TEXT NOT NULL, tenant TEXT NOT NULL, shard TEXT NOT NULL,
      text TEXT NOT NULL, UNIQUE (router, number)
    );
    CREATE TABLE event_counts (kind TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL)
      WITHOUT ROWID;
    """

  /// Keeps events of a router; one that is there already, because its sidecar heard no answer, counts
  /// once.
  func keep(_ events: [RouterStatus.Event], of router: String) async throws {
    guard !events.isEmpty else { return }
    try await write { db in
      for event in events {
        try db.run(
          """
          INSERT OR IGNORE INTO events (router, number, at, kind, tenant, shard, text)
            VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
          [
            router, event.number, event.atMilliseconds, event.kind, event.tenant, event.shard,
            event.text,
          ])
        guard db.changesCount > 0 else { continue }
        try db.run(
          """
          INSERT INTO event_counts VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1
          """, [event.kind])
      }
      try db.run(
        "DELETE FROM events WHERE sequence <= (SELECT max(sequence) FROM events) - ?",
        [ControlLimits.routerEvents])
    }
  }

  /// Events behind a sequence number, the oldest first.
  func events(after sequence: Int64, limit: Int) async throws -> [RouterEvent] {
    try await read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT sequence, router, number, at, kind, tenant, shard, text FROM events
            WHERE sequence > ? ORDER BY sequence LIMIT ?
          """)
      return try Row.fetchAll(statement, arguments: [sequence, limit]).map {
        RouterEvent(
          sequence: $0[0], router: $0[1],
          event: RouterStatus.Event(
            number: $0[2], atMilliseconds: $0[3], kind: $0[4], tenant: $0[5], shard: $0[6],
            text: $0[7]))
      }
    }
  }

  /// How many there were of each kind, those that are forgotten included.
  func eventCounts() async throws -> [String: Int64] {
    try await read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT kind, count FROM event_counts")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }
  }
}
