import ControlPlane
import Foundation
import GRDB
import MapExchange
import Testing

@Suite("The chain of the log")
struct ChainTests {
  /// What somebody with the database in hand might do, and the first link that then doesn't hold.
  enum Tampering: String, CaseIterable {
    case changedEvent, changedLink, changedEventAndLink, changedTime, deleted, deletedLast, swapped,
      duplicated, added, emptied, notCanonical

    var brokenAt: Int64 {
      switch self {
      case .changedEvent, .changedLink, .changedTime, .deleted, .swapped, .notCanonical: 5
      case .changedEventAndLink, .duplicated: 6
      case .deletedLast: 13
      case .added: 14
      case .emptied: 1
      }
    }
  }

  private static func tamper(_ db: Database, _ tampering: Tampering) throws {
    try db.execute(
      sql: "DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted")
    func blob(_ sql: String) throws -> [UInt8] { Array(try Data.fetchOne(db, sql: sql) ?? Data()) }
    let event = try blob("SELECT event FROM events WHERE sequence = 5")
    let forged = Array(String(decoding: event, as: UTF8.self).replacing("test", with: "root").utf8)
    switch tampering {
    case .changedEvent:
      try db.execute(
        sql: "UPDATE events SET event = ? WHERE sequence = 5", arguments: [Data(forged)])
    case .changedLink:
      try db.execute(sql: "UPDATE events SET hash = zeroblob(32) WHERE sequence = 5")
    case .changedEventAndLink:
      let before = ChainHash(bytes: try blob("SELECT hash FROM events WHERE sequence = 4"))
      let link = before?.following(with: forged).bytes ?? []
      try db.execute(
        sql: "UPDATE events SET event = ?, hash = ? WHERE sequence = 5",
        arguments: [Data(forged), Data(link)])
    case .changedTime:
      try db.execute(sql: "UPDATE events SET committed = committed - 1 WHERE sequence = 5")
    case .deleted: try db.execute(sql: "DELETE FROM events WHERE sequence = 5")
    case .deletedLast: try db.execute(sql: "DELETE FROM events WHERE sequence = 13")
    case .swapped:
      try db.execute(
        sql: """
          UPDATE events SET sequence = 99 WHERE sequence = 5;
          UPDATE events SET sequence = 5 WHERE sequence = 6;
          UPDATE events SET sequence = 6 WHERE sequence = 99;
          """)
    case .duplicated:
      try db.execute(
        sql: """
          DELETE FROM events WHERE sequence = 6;
          INSERT INTO events SELECT 6, committed, event, hash FROM events WHERE sequence = 5;
          """)
    case .added:
      try db.execute(
        sql: "INSERT INTO events SELECT 14, committed, event, hash FROM events WHERE sequence = 13")
    case .emptied: try db.execute(sql: "DELETE FROM events")
    case .notCanonical:
      let before = ChainHash(bytes: try blob("SELECT hash FROM events WHERE sequence = 4"))
      let loose = event + [UInt8(ascii: " ")]
      try db.execute(
        sql: "UPDATE events SET event = ?, hash = ? WHERE sequence = 5",
        arguments: [Data(loose), Data(before?.following(with: loose).bytes ?? [])])
    }
  }

  @Test("Each kind of tampering is found, and the place is named", arguments: Tampering.allCases)
  func tampering(_ kind: Tampering) async throws {
    let home = try await TemporaryStore()
    #expect(try await home.store.audit().broken == nil)
    let raw = try DatabaseQueue(path: home.path)
    try await raw.write { try Self.tamper($0, kind) }
    let audit = try await home.store.audit()
    #expect(audit.broken?.sequence == kind.brokenAt, "\(audit)")
    #expect(audit.links < kind.brokenAt)
  }

  @Test("A log rewritten as a whole is told from the old one by an anchor")
  func rewritten() async throws {
    let home = try await TemporaryStore()
    let rows = try await home.store.log(after: 0, limit: 100)
    let audit = try await home.store.audit()
    let anchors = [rows[6], rows[12]].compactMap { row in
      ChainHash(bytes: row.hash).flatMap { ChainAnchor("\(row.sequence):\($0)") }
    }
    #expect(anchors.count == 2)
    for anchor in anchors {
      #expect(try await home.store.audit(against: anchor).broken == nil)
    }
    let raw = try DatabaseQueue(path: home.path)
    try await raw.write { db in
      try db.execute(sql: "DROP TRIGGER events_are_never_changed")
      var link = ChainHash.origin
      for row in rows {
        let text = String(decoding: row.event, as: UTF8.self).replacing("\"test\"", with: "\"me\"")
        link = link.following(with: Array(text.utf8))
        try db.execute(
          sql: "UPDATE events SET event = ?, hash = ? WHERE sequence = ?",
          arguments: [Data(text.utf8), Data(link.bytes), row.sequence])
      }
      try db.execute(sql: "UPDATE head SET hash = ?", arguments: [Data(link.bytes)])
    }
    let forged = try await home.store.audit()
    #expect(forged.broken == nil)
    #expect(forged.head != audit.head)
    for anchor in anchors {
      let broken = try await home.store.audit(against: anchor).broken
      #expect(broken?.sequence == anchor.sequence)
    }
  }

  @Test("The store itself refuses to change history")
  func triggers() async throws {
    let home = try await TemporaryStore()
    let raw = try DatabaseQueue(path: home.path)
    for sql in ["UPDATE events SET event = x'00'", "DELETE FROM events WHERE sequence = 13"] {
      await #expect(throws: DatabaseError.self) { try await raw.write { try $0.execute(sql: sql) } }
    }
  }

  @Test("An event reads back, and the chain is what its text says")
  func events() async throws {
    let home = try await TemporaryStore()
    let rows = try await home.store.log(after: 0, limit: 100)
    #expect(rows.count == SampleFleet.changes.count)
    var link = ChainHash.origin
    for (row, change) in zip(rows, SampleFleet.changes) {
      let event = try #require(CloudEvent(canonical: row.event))
      #expect(event.sequence == row.sequence)
      #expect(event.subject == change.key)
      #expect(event.type == "dev.shardway.\(change.key.kind.rawValue).created")
      #expect(event.actor == "test")
      #expect(event.correlationID == "c-1")
      #expect(event.source == "/shardway/control/\(home.store.id)")
      link = link.following(with: row.event)
      #expect(link.bytes == row.hash)
    }
  }
}
