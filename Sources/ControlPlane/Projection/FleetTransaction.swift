internal import Foundation
internal import GRDB
internal import MapExchange
internal import ShardMap

/// The fleet as one transaction sees and changes it.
///
/// Sums that many changes of a batch touch (counts, referrers, the tree) are kept here and written
/// once, by ``finish()``.
final class FleetTransaction {
  private let db: Database
  private let source: String
  private var sequence: Int64
  private var hash: ChainHash
  private var time: Timestamp
  private var liveCount: Int64
  private var tree: MapTree
  private var counts: [ResourceKind: Int] = [:]
  private var referrerChanges: [ResourceKey: [ResourceKind: Int]] = [:]
  /// Resources that others name, and there are few of: each is read once a batch.
  private var known: [ResourceKey: StoredResource] = [:]

  /// Continues where the store is.
  init(_ db: Database, storeID: String) throws {
    let head = try Head.fetch(db)
    self.db = db
    source = "/shardway/control/\(storeID)"
    (sequence, hash, time, liveCount) = (head.sequence, head.hash, head.committed, head.count)
    tree = MapTree()
  }

  /// Writes the head of an empty log.
  static func begin(_ db: Database) throws {
    let root = MapTree.emptyRoot
    try db.run(
      "INSERT INTO head VALUES (1, 0, 0, ?, 0, ?, ?)",
      [
        root.bytes.blob, ChainHash.origin.bytes.blob,
        Data(count: MapTree.groupCount * MapTree.digestBytes),
      ])
  }

  /// Writes an event and everything that follows from it.
  func append(_ event: ResourceEvent, by author: Author, at now: Timestamp) throws {
    sequence += 1
    // Time in the log never goes back, whatever the wall clock does.
    time = Timestamp(microseconds: max(now.microseconds, time.microseconds + 1))
    let record = MapRecord(event.resource)
    let fact = CloudEvent(
      sequence: sequence, source: source, kind: event.kind, subject: event.resource.key, time: time,
      actor: author.name, correlationID: author.correlationID, why: author.why,
      version: event.version, record: event.kind == .deleted ? nil : record.bytes)
    let bytes = fact.canonical
    hash = hash.following(with: bytes)
    try db.run(
      "INSERT INTO events VALUES (?, ?, ?, ?)",
      [sequence, time.microseconds, bytes.blob, hash.bytes.blob])
    try project(event, record)
  }

  /// Takes a fact of the log over: what ``append(_:by:at:)`` does, without writing an event.
  func replay(_ event: ResourceEvent, _ fact: CloudEvent, link: ChainHash) throws {
    (sequence, time, hash) = (fact.sequence, fact.time, link)
    try project(event, MapRecord(event.resource))
  }

  private func project(_ event: ResourceEvent, _ record: MapRecord) throws {
    let key = record.key
    let isLive = event.kind != .deleted
    try db.run(
      """
      INSERT INTO resources VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        version = excluded.version, live = excluded.live, sequence = excluded.sequence,
        record = excluded.record,
        born = CASE WHEN live THEN born WHEN excluded.live THEN excluded.born ELSE born END
      """,
      [
        key.kind.number, key.id, event.version, isLive, sequence, sequence, record.bytes.blob,
      ])
    if !isLive {
      try db.run(
        """
        INSERT INTO lives SELECT kind, id, born, sequence FROM resources WHERE kind = ? AND id = ?
        """, [key.kind.number, key.id])
    }
    try replaceClaims(of: key, event.before?.claims ?? [], isLive ? event.resource.claims : [])
    note(event.before?.references ?? [], by: key.kind, -1)
    note(isLive ? event.resource.references : [], by: key.kind, 1)
    let growth = (isLive ? 1 : 0) - (event.before == nil ? 0 : 1)
    counts[key.kind] = try count(of: key.kind) + growth
    liveCount += Int64(growth)
    tree.set(key, isLive ? record.bytes : nil)
    if key.kind != .tenant {
      known[key] = StoredResource(
        version: event.version, resource: event.resource, isLive: isLive)
    }
  }

  private func replaceClaims(of key: ResourceKey, _ old: [Claim], _ new: [Claim]) throws {
    for claim in old where !new.contains(claim) {
      try db.run("DELETE FROM claims WHERE name = ?", [claim.name])
    }
    for claim in new where !old.contains(claim) {
      try db.run("INSERT INTO claims VALUES (?, ?, ?)", [claim.name, key.kind.number, key.id])
    }
  }

  private func note(_ references: [Reference], by kind: ResourceKind, _ step: Int) {
    for reference in references {
      referrerChanges[reference.target, default: [:]][kind, default: 0] += step
    }
  }

  /// Writes the sums, the tree and the head.
  func finish() throws -> Head {
    for (kind, count) in counts {
      try db.run("INSERT OR REPLACE INTO counts VALUES (?, ?)", [kind.number, count])
    }
    for (key, changes) in referrerChanges {
      for (referrer, change) in changes where change != 0 {
        try writeReferrers(of: key, referrer, change)
      }
    }
    referrerChanges = [:]
    let root = try tree.write(to: db, count: liveCount)
    try db.run(
      "UPDATE head SET sequence = ?, committed = ?, root = ?, count = ?, hash = ?",
      [sequence, time.microseconds, root.bytes.blob, liveCount, hash.bytes.blob])
    return Head(sequence: sequence, committed: time, root: root, count: liveCount, hash: hash)
  }

  private func writeReferrers(
    of key: ResourceKey, _ referrer: ResourceKind, _ change: Int
  ) throws {
    try db.run(
      """
      INSERT INTO reference_counts VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count
      """,
      [key.kind.number, key.id, referrer.number, change])
    // Equal fleets have equal tables, whatever their history.
    try db.run(
      "DELETE FROM reference_counts WHERE kind = ? AND id = ? AND referrer = ? AND count = 0",
      [key.kind.number, key.id, referrer.number])
  }
}

extension FleetTransaction: FleetView {
  func stored(_ key: ResourceKey) throws -> StoredResource? {
    if let known = known[key] { return known }
    guard let stored = try StoredResource.fetch(db, key) else { return nil }
    if key.kind != .tenant { known[key] = stored }
    return stored
  }

  func referrers(of key: ResourceKey) throws -> [ResourceKind: Int] {
    var referrers = referrerChanges[key] ?? [:]
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT referrer, count FROM reference_counts WHERE kind = ? AND id = ?"),
      arguments: [key.kind.number, key.id])
    for row in rows { referrers[try ResourceKind(number: row[0]), default: 0] += row[1] as Int }
    return referrers
  }

  func holder(of claim: Claim) throws -> ResourceKey? {
    try db.row("SELECT kind, id FROM claims WHERE name = ?", [claim.name]).map {
      ResourceKey(kind: try ResourceKind(number: $0[0]), id: $0[1])
    }
  }

  func count(of kind: ResourceKind) throws -> Int {
    if let count = counts[kind] { return count }
    let count = try db.row("SELECT live FROM counts WHERE kind = ?", [kind.number]).map {
      $0[0] as Int
    }
    counts[kind] = count ?? 0
    return count ?? 0
  }
}

extension StoredResource {
  static func fetch(_ db: Database, _ key: ResourceKey) throws -> StoredResource? {
    let row = try db.row(
      "SELECT version, live, record FROM resources WHERE kind = ? AND id = ?",
      [key.kind.number, key.id])
    return try row.map {
      do {
        let record = try MapRecord(canonical: $0.blob(2))
        return StoredResource(
          version: $0[0], resource: try record.resource(), isLive: $0[1])
      } catch {
        throw StoreError.damaged(what: "the record of \(key) is unreadable: \(error)")
      }
    }
  }
}

/// Who writes, as the log remembers it.
public struct Author: Hashable, Sendable {
  /// The name of the token.
  public let name: String
  /// What ties the events to the request.
  public let correlationID: String
  /// The reason that was given.
  public let why: String?

  /// An author from its parts.
  public init(name: String, correlationID: String, why: String? = nil) {
    self.name = name
    self.correlationID = correlationID
    self.why = why
  }
}
