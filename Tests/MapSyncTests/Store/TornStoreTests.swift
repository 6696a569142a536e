import MapExchange
import ShardMap
import Testing

@testable import MapSync

@Suite("The last good map on the disk")
struct TornStoreTests {
  /// A store with a snapshot and four deltas: its folder, the control plane, and where entries end.
  private func filled() throws -> (TemporaryFolder, Origin, ends: [Int]) {
    let folder = try TemporaryFolder()
    let origin = Origin()
    let keeper = try self.keeper(folder)
    #expect(keeper.take(snapshot: try origin.snapshot()) == .applied(origin.edition))
    var ends = [0]
    for number in 0..<4 {
      origin.commit([Origin.tenant("new\(number)")])
      #expect(keeper.apply(delta: try origin.delta()) == .applied(origin.edition))
      ends.append(try folder.read("last-good.deltas").count)
    }
    return (folder, origin, ends)
  }

  private func keeper(_ folder: TemporaryFolder) throws -> MapKeeper {
    try MapKeeper(
      paths: .init(map: folder.file("map.swmap"), state: folder.path), verifier: Origin.verifier)
  }

  private func store(_ folder: TemporaryFolder) throws -> LastGoodStore {
    try LastGoodStore(folder: folder.path, verifier: Origin.verifier)
  }

  @Test("is what it was when it is opened again")
  func reopening() throws {
    let (folder, origin, _) = try filled()
    let store = try store(folder)
    #expect(store.findings.isEmpty && store.edition == origin.edition)
    var records: [MapRecord] = []
    try store.records { (record) throws(StoreFault) in records.append(record) }
    #expect(records == origin.state.records)
  }

  @Test("cut at any byte of its deltas it is the last whole version, and goes on from there")
  func cuts() throws {
    let (folder, origin, ends) = try filled()
    let whole = try folder.read("last-good.deltas")
    for count in 0..<whole.count {
      _ = try folder.write(Array(whole.prefix(count)), to: "last-good.deltas")
      let store = try store(folder)
      let entries = ends.lastIndex { $0 <= count } ?? 0
      #expect(store.edition == Origin.edition(origin.states[entries]), "cut at \(count)")
      #expect(try folder.read("last-good.deltas").count == ends[entries])
      #expect(store.findings.isEmpty == (ends[entries] == count))
    }
    let store = try store(folder)
    let last = try #require(store.edition)
    #expect(last == Origin.edition(origin.states[3]))
    let bytes = try origin.delta()
    let delta = try MapDelta.decode(bytes)
    try store.append(delta, bytes: bytes)
    #expect(try self.store(folder).edition == origin.edition)
  }

  @Test("with any byte of its deltas changed it is an earlier version, and none of its own making")
  func flips() throws {
    let (folder, origin, ends) = try filled()
    let whole = try folder.read("last-good.deltas")
    for place in whole.indices {
      var damaged = whole
      damaged[place] ^= 0x10
      _ = try folder.write(damaged, to: "last-good.deltas")
      let entries = (ends.firstIndex { $0 > place } ?? 1) - 1
      #expect(try store(folder).edition == Origin.edition(origin.states[entries]))
    }
  }

  @Test("without a whole snapshot it is nothing")
  func cutSnapshots() throws {
    let (folder, _, _) = try filled()
    let whole = try folder.read("last-good.snapshot")
    for count in whole.indices {
      _ = try folder.write(Array(whole.prefix(count)), to: "last-good.snapshot")
      let store = try store(folder)
      #expect(store.edition == nil && !store.findings.isEmpty)
    }
  }

  @Test("signed by a key that isn't trusted any more it is nothing")
  func distrusted() throws {
    let (folder, _, _) = try filled()
    let other = SealVerifier(trusted: [SigningKey.generate().publicKey])
    let store = try LastGoodStore(folder: folder.path, verifier: other)
    #expect(store.edition == nil && !store.findings.isEmpty)
  }

  @Test("written anew it is the same, and its log begins again")
  func compaction() throws {
    let (folder, origin, _) = try filled()
    origin.commit([Origin.tenant("t1", shard: "s2", generation: 2)], removing: [])
    let keeper = try keeper(folder)
    #expect(keeper.apply(delta: try origin.delta()) == .applied(origin.edition))
    origin.commit([], removing: [ResourceKey(kind: .tenant, id: "t0")])
    #expect(keeper.apply(delta: try origin.delta()) == .applied(origin.edition))
    try keeper.store.compact()
    #expect(try folder.read("last-good.deltas").isEmpty)
    let again = try store(folder)
    #expect(again.edition == origin.edition && again.count == origin.state.count)
    var records: [MapRecord] = []
    try again.records { (record) throws(StoreFault) in records.append(record) }
    #expect(records == origin.state.records)
  }
}
