import MapExchange
import ShardMap
import Testing

@testable import MapSync

@Suite("A document that can't be used")
struct RefusalTests {
  private let folder: TemporaryFolder
  private let origin = Origin()
  private let keeper: MapKeeper

  init() throws {
    folder = try TemporaryFolder()
    keeper = try MapKeeper(
      paths: .init(map: folder.file("map.swmap"), state: folder.path), verifier: Origin.verifier)
    _ = keeper.take(snapshot: try origin.snapshot())
  }

  /// Nothing has moved: not in memory, not on the disk, not for the next process.
  private func unmoved(_ body: () throws -> KeeperOutcome) throws -> SyncRefusal? {
    let names = ["map.swmap", "last-good.snapshot", "last-good.deltas"]
    let before = try names.map { try folder.read($0) }
    let edition = keeper.store.edition
    let outcome = try body()
    #expect(try names.map { try folder.read($0) } == before)
    #expect(keeper.store.edition == edition)
    guard case .refused(let refusal) = outcome else {
      Issue.record("\(outcome)")
      return nil
    }
    return refusal
  }

  @Test("a delta by another key, cut off, from elsewhere, or that makes no map")
  func deltas() throws {
    let stranger = Origin(signedBy: SigningKey.generate())
    stranger.commit([Origin.tenant("new")])
    #expect(try unmoved { keeper.apply(delta: try stranger.delta()) }?.code == "unknown-key")

    let base = origin.state
    origin.commit([Origin.tenant("new")])
    let good = try origin.delta()
    for count in 0..<good.count {
      let code = try unmoved { keeper.apply(delta: Array(good.prefix(count))) }?.code
      #expect(code == "truncated", "\(count)")
    }
    origin.commit([Origin.tenant("newer")])
    let later = try unmoved { keeper.apply(delta: try origin.delta()) }
    #expect(later?.code == "wrong-base" && later?.remedy == .snapshot)
    #expect(later?.mapVersion == base.mapVersion + 2)

    let broken = Origin()
    broken.commit([Origin.tenant("lost", shard: "nowhere")])
    #expect(try unmoved { keeper.apply(delta: try broken.delta()) }?.code == "invalid-map")

    #expect(keeper.apply(delta: good) == .applied(Origin.edition(origin.states[1])))
    #expect(try unmoved { keeper.apply(delta: good) }?.code == "older-version")
  }

  @Test("a snapshot by another key, cut off, older, or of another history")
  func snapshots() throws {
    let old = try origin.snapshot()
    let stranger = Origin(signedBy: SigningKey.generate())
    #expect(try unmoved { keeper.take(snapshot: try stranger.snapshot()) }?.code == "unknown-key")
    origin.commit([Origin.tenant("new")])
    let good = try origin.snapshot()
    for count in stride(from: 0, to: good.count, by: 7) {
      let code = try unmoved { keeper.take(snapshot: Array(good.prefix(count))) }?.code
      #expect(code == "truncated", "\(count)")
    }
    #expect(keeper.take(snapshot: good) == .applied(origin.edition))
    #expect(try unmoved { keeper.take(snapshot: old) }?.code == "older-version")
    let other = Origin()
    other.commit([Origin.tenant("other")])
    #expect(try unmoved { keeper.take(snapshot: try other.snapshot()) }?.code == "wrong-root")
  }

  @Test("a body that expands beyond the limit")
  func bombs() throws {
    var limits = ExchangeLimits.standard
    limits.deltaExpandedBytes = 1000
    limits.snapshotExpandedBytes = 3000
    let small = try MapKeeper(
      paths: .init(map: folder.file("map.swmap"), state: folder.path), verifier: Origin.verifier,
      limits: limits)
    origin.commit((0..<50).map { Origin.tenant("many\($0)") })
    for outcome in [
      small.apply(delta: try origin.delta()), small.take(snapshot: try origin.snapshot()),
    ] {
      guard case .refused(let refusal) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(refusal.code == "too-large")
    }
    #expect(small.store.edition == Origin.edition(origin.states[0]))
  }
}
