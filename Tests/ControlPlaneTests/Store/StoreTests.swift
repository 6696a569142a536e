import ControlPlane
import Files
import Foundation
import GRDB
import MapExchange
import RandomNumbers
import ShardMap
import Testing

@Suite("The store")
struct StoreTests {
  /// A change that is mostly accepted, and refused now and then.
  private static func randomChange(_ random: inout SplitMix64) -> Change {
    let id = "t\(Int.random(in: 0..<40, using: &random))"
    let key = ResourceKey(kind: .tenant, id: id)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1: return Change(.delete, key)
    case 2:
      let state: JSONValue = Bool.random(using: &random) ? "active" : "suspended"
      return Change(.patch(["state": state]), key)
    case 3:
      let primary: JSONValue = Bool.random(using: &random) ? "a" : "b"
      let replica: JSONValue = primary == "a" ? "b" : "a"
      return SampleFleet.put("shard/one", ["primary": primary, "replicas": [replica]])
    default:
      let shard = Bool.random(using: &random) ? "one" : "two"
      return Change(.put(SampleFleet.tenant(shard: shard, database: id)), key)
    }
  }

  @Test(
    "Root, deltas and rebuild agree with MapExchange after any history", arguments: [1, 2, 3])
  func histories(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let home = try await TemporaryStore()
    var past: [(version: Int64, state: MapState)] = []
    for step in 0..<120 {
      let changes = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        Self.randomChange(&random)
      }
      do {
        try await home.execute(changes)
      } catch is Refusal {} catch is BatchRefusal {}
      guard step.isMultiple(of: 10) else { continue }
      let head = try await home.store.currentHead()
      let state = try await home.state()
      #expect(state.root == head.root)
      #expect(Int64(state.count) == head.count)
      past.append((head.sequence, state))
    }
    try await expectDeltas(from: past, in: home)
    let report = try await Rebuild.run(
      home.store, scratch: home.path + ".rebuild", repairing: false)
    #expect(report.differences == [])
    #expect(try await home.store.audit().broken == nil)
  }

  private func expectDeltas(
    from past: [(version: Int64, state: MapState)], in home: TemporaryStore
  ) async throws {
    let signer = SealSigner(privateKeys: [SigningKey.generate()])
    for (version, old) in past {
      let answer = try await home.store.changes(since: version)
      guard case .some(let head, let upserts, let removes) = answer else { continue }
      let seal = try signer.seal(
        mapVersion: UInt64(head.sequence), issuedAtMilliseconds: 0, root: head.root)
      var state = MapState(
        mapVersion: UInt64(version), issuedAtMilliseconds: 0, records: old.records)
      try state.apply(
        MapDelta(from: UInt64(version), seal: seal, upserts: upserts, removes: removes))
      #expect(state.root == head.root)
      #expect(Set(removes).isDisjoint(with: upserts.map(\.key)))
    }
  }

  @Test("What came and went in between is no part of a delta")
  func inBetween() async throws {
    let home = try await TemporaryStore()
    let before = try await home.store.currentHead().sequence
    try await home.execute([
      SampleFleet.put("tenant/x", SampleFleet.tenant(shard: "one", database: "x"))
    ])
    try await home.execute([
      Change(.delete, SampleFleet.key("tenant/x")), Change(.delete, SampleFleet.key("tenant/acme")),
    ])
    guard case .some(_, let upserts, let removes) = try await home.store.changes(since: before)
    else {
      Issue.record("there are changes")
      return
    }
    #expect(upserts == [])
    #expect(removes == [SampleFleet.key("tenant/acme")])

    // It was gone at this version, came back and went again.
    let later = try await home.store.currentHead().sequence
    try await home.execute([
      SampleFleet.put("tenant/acme", SampleFleet.tenant(shard: "one", database: "acme"))
    ])
    try await home.execute([Change(.delete, SampleFleet.key("tenant/acme"))])
    guard case .some(_, [], []) = try await home.store.changes(since: later) else {
      Issue.record("nothing is different")
      return
    }
    guard
      case .some(_, [], [SampleFleet.key("tenant/acme")]) =
        try await home.store.changes(since: before)
    else {
      Issue.record("acme is gone")
      return
    }
  }

  @Test("A delta that would be too large is none, and a newer version is told")
  func limits() async throws {
    let home = try await TemporaryStore()
    let head = try await home.store.currentHead()
    guard case .tooMany = try await home.store.changes(since: 0, limit: 5) else {
      Issue.record("13 resources are more than 5")
      return
    }
    guard case .ahead(let found) = try await home.store.changes(since: head.sequence + 1) else {
      Issue.record("it is newer")
      return
    }
    #expect(found == head)
  }

  @Test("A batch is made as a whole or not at all")
  func batches() async throws {
    let home = try await TemporaryStore()
    let before = try await home.store.currentHead()
    let refusal = await #expect(throws: BatchRefusal.self) {
      try await home.execute([
        SampleFleet.put("tenant/x", SampleFleet.tenant(shard: "one", database: "x")),
        Change(.delete, SampleFleet.key("tenant/nobody")),
      ])
    }
    #expect(refusal?.index == 1)
    #expect(try await home.store.currentHead() == before)
    #expect(try await home.store.resource(SampleFleet.key("tenant/x")) == nil)
    #expect(try await home.store.log(after: before.sequence, limit: 10) == [])
  }

  @Test("A store that is opened again is as it was, also through another connection")
  func again() async throws {
    let home = try await TemporaryStore()
    let other = try ControlStore(path: home.path)
    #expect(try await other.currentHead() == home.store.currentHead())
    #expect(other.id == home.store.id)
    _ = try await other.execute(
      Command([Change(.delete, SampleFleet.key("tenant/acme"))], by: SampleFleet.author))
    #expect(try await home.store.resource(SampleFleet.key("tenant/acme")) == nil)
  }

  @Test("A full batch of tenants goes in, and one more change costs no more for it")
  func fullBatch() async throws {
    let home = try await TemporaryStore()
    let changes = (0..<ControlLimits.batchChanges).map {
      SampleFleet.put(
        "tenant/t\($0)", SampleFleet.tenant(shard: "one", database: "d\($0)"), if: .absent)
    }
    let clock = ContinuousClock()
    let batch = try await clock.measure { try await home.execute(changes) }
    var singles: [Duration] = []
    var best: Duration { singles.min() ?? .seconds(3_600) }
    // As many as it takes to meet a moment at which nothing else runs on the machine.
    let end = clock.now + .seconds(60)
    for round in changes.indices where round < 20 || (best >= batch / 20 && clock.now < end) {
      singles.append(
        try await clock.measure {
          try await home.execute([
            Change(.patch(["database": .string("e\(round)")]), SampleFleet.key("tenant/t\(round)"))
          ])
        })
    }
    print("a batch of \(changes.count) took \(batch), one change after it \(best) at best")
    #expect(try await home.store.currentHead().count == Int64(changes.count + 13))
    #expect(best < batch / 20)
    #expect(try await home.state().root == home.store.currentHead().root)
  }

  @Test("A file that isn't there is told, not made")
  func missing() throws {
    let folder = try FreshFolder("shardway-control")
    #expect(throws: StoreError.missing(path: folder.path + "/none")) {
      try ControlStore(path: folder.path + "/none")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
  }

  @Test("Time in the log never goes back, and can be searched")
  func times() async throws {
    let home = try await TemporaryStore()
    let rows = try await home.store.log(after: 0, limit: 100)
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.committed < $1.committed })
    for (index, row) in rows.enumerated() {
      #expect(try await home.store.eventCount(since: row.committed) == Int64(rows.count - index))
    }
    #expect(try await home.store.eventCount(since: .now()) == 0)
  }

  @Test("Of two writers with the same version exactly one wins, every time")
  func race() async throws {
    let home = try await TemporaryStore()
    let stores = [home.store, try ControlStore(path: home.path)]
    for round in 1...25 {
      let wins = await withTaskGroup(of: Bool.self) { group in
        for (writer, store) in stores.enumerated() {
          group.addTask {
            let change = Change(
              .patch(["database": .string("d\(round)-\(writer)")]), SampleFleet.key("tenant/acme"),
              if: .version(Int64(round)))
            let command = Command([change], by: SampleFleet.author)
            do {
              _ = try await store.execute(command)
              return true
            } catch let refusal as Refusal {
              #expect(refusal.code == "version-conflict")
              return false
            } catch {
              Issue.record(error)
              return false
            }
          }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(wins == 1)
    }
    #expect(try await home.store.resource(SampleFleet.key("tenant/acme"))?.version == 26)
  }
}

@Suite("Projections")
struct ProjectionTests {
  @Test(
    "A projection that isn't what the log says is named, and repaired",
    arguments: [
      ("UPDATE resources SET record = x'00' WHERE id = 'acme'", "resources", "7/acme"),
      ("UPDATE resources SET version = 9 WHERE id = 'acme'", "resources", "7/acme"),
      ("DELETE FROM resources WHERE id = 'acme'", "resources", "7/acme"),
      ("UPDATE counts SET live = 3 WHERE kind = 7", "counts", "7"),
      (
        "UPDATE reference_counts SET count = 0 WHERE id = 'standard'", "reference_counts",
        "5/standard/7"
      ),
      ("DELETE FROM claims WHERE name = 'database/one/acme'", "claims", "database/one/acme"),
      ("UPDATE head SET root = zeroblob(32)", "head", "1"),
      ("UPDATE head SET groups = zeroblob(2048)", "head", "1"),
    ])
  func damaged(_ damage: String, table: String, key: String) async throws {
    let home = try await TemporaryStore()
    let head = try await home.store.currentHead()
    let raw = try DatabaseQueue(path: home.path)
    try await raw.write { try $0.execute(sql: damage) }
    let found = try await Rebuild.run(
      home.store, scratch: home.path + ".rebuild", repairing: false)
    #expect(found.differences.contains { $0.table == table && $0.key == key }, "\(found)")
    #expect(!found.isRepaired)
    let repaired = try await Rebuild.run(
      home.store, scratch: home.path + ".rebuild", repairing: true)
    #expect(repaired.isRepaired)
    #expect(repaired.head == head)
    let after = try await Rebuild.run(
      home.store, scratch: home.path + ".rebuild", repairing: false)
    #expect(after.differenceCount == 0)
    #expect(try await home.state().root == head.root)
  }

  @Test("Buckets are compared, too")
  func buckets() async throws {
    let home = try await TemporaryStore()
    let raw = try DatabaseQueue(path: home.path)
    try await raw.write { try $0.execute(sql: "UPDATE buckets SET leaves = zeroblob(48)") }
    let found = try await Rebuild.run(
      home.store, scratch: home.path + ".rebuild", repairing: false)
    #expect(found.differenceCount > 0)
    #expect(found.differences.allSatisfy { $0.table == "buckets" })
  }

  @Test("A broken log is never taken for the truth")
  func brokenLog() async throws {
    let home = try await TemporaryStore()
    let raw = try DatabaseQueue(path: home.path)
    try await raw.write { db in
      try db.execute(sql: "DROP TRIGGER events_are_never_changed")
      try db.execute(sql: "UPDATE events SET hash = zeroblob(32) WHERE sequence = 5")
    }
    await #expect(throws: BrokenLink.self) {
      try await Rebuild.run(home.store, scratch: home.path + ".rebuild", repairing: true)
    }
  }
}
