import MapDocument
import MapExchange
import ShardMap
import Testing

@testable import MapSync

@Suite("A sidecar that is killed while it takes maps in")
struct KillTests {
  /// What a life does, step by step: each gives the outcome, or nil for one that publishes nothing.
  private static let deeds: [@Sendable (Origin, MapKeeper) throws -> KeeperOutcome?] = [
    { origin, keeper in keeper.take(snapshot: try origin.snapshot(), pieces: 100) },
    { origin, keeper in
      origin.commit([Origin.tenant("patched", shard: "s2")])
      return keeper.apply(delta: try origin.delta())
    },
    { origin, keeper in
      origin.commit([.shard(.init(id: "s1", epoch: 2, primary: "i2", replicas: ["i1"]))])
      return keeper.apply(delta: try origin.delta())
    },
    { _, keeper in
      try? keeper.tidy()
      try? keeper.store.compact()
      return nil
    },
    { origin, keeper in
      origin.commit(
        [Origin.tenant("later")], removing: [ResourceKey(kind: .tenant, id: "patched")])
      return keeper.apply(delta: try origin.delta())
    },
    { origin, keeper in
      origin.commit([Origin.tenant("last")])
      return keeper.take(snapshot: try origin.snapshot(), pieces: 100)
    },
  ]

  private func keeper(_ folder: TemporaryFolder, _ files: any SyncFiles) throws -> MapKeeper {
    try MapKeeper(
      paths: .init(map: folder.file("map.swmap"), state: folder.path), verifier: Origin.verifier,
      files: files)
  }

  @Test("leaves the old map or the new one, never an older, never a broken one")
  func everyStep() throws {
    var steps = 0
    while true {
      steps += 1
      let folder = try TemporaryFolder()
      let origin = Origin()
      let files = MortalFiles(deathAt: steps)
      var told: MapEdition?
      // A process that dies while it opens an empty folder has told nobody anything.
      if let keeper = try? keeper(folder, files) {
        for deed in Self.deeds where !files.isDead {
          if case .applied(let edition)? = try deed(origin, keeper), !files.isDead {
            told = edition
          }
        }
      }
      try check(folder, origin, told: told, "killed at step \(steps)")
      if !files.isDead { break }
    }
    #expect(steps > 60, "\(steps)")
  }

  /// Opens what a killed process has left, as the next one does.
  private func check(
    _ folder: TemporaryFolder, _ origin: Origin, told: MapEdition?, _ when: String
  ) throws {
    let known = origin.states.map { Origin.edition($0) }
    // A router opens what is at the path at any moment.
    if let map = try? CompiledMap.open(path: folder.file("map.swmap")) {
      try map.verify()
      let found = MapEdition(version: map.header.mapVersion, root: map.header.root)
      #expect(known.contains(found), "\(when)")
      #expect(found.version >= told?.version ?? 0, "\(when): \(found.version)")
    } else {
      #expect(told == nil, "\(when)")
    }
    let memories = told.map { [MapMemory(edition: $0, confirmed: Bench.morning)] } ?? []
    let next = try keeper(folder, POSIXMapFiles())
    let start = next.start(memories: memories, refreshWanted: 0, refreshAnswered: 0)
    if let told {
      let stored = try #require(start.stored, "\(when)")
      #expect(stored.version >= told.version && known.contains(stored), "\(when)")
      #expect(start.published?.version ?? 0 <= stored.version, "\(when)")
      #expect(next.publish() == .applied(stored), "\(when)")
    }
    // And the control plane leads it to the newest.
    #expect(next.take(snapshot: try origin.snapshot()) == .applied(origin.edition), "\(when)")
    origin.commit([Origin.tenant("afterwards")])
    #expect(next.apply(delta: try origin.delta()) == .applied(origin.edition), "\(when)")
    let map = try CompiledMap.open(path: folder.file("map.swmap"))
    try map.verify()
    #expect(map.header.root == origin.state.root && map.tenant(id: "afterwards") != nil)
    #expect(Int(map.header.counts.tenants) == origin.state.count - 8)
  }

  @Test("a delta is on the disk before the map that it leads to has its name")
  func order() throws {
    let folder = try TemporaryFolder()
    let origin = Origin()
    let files = MortalFiles()
    let keeper = try keeper(folder, files)
    _ = keeper.take(snapshot: try origin.snapshot())
    origin.commit([Origin.tenant("new")])
    let before = files.log.count
    #expect(keeper.apply(delta: try origin.delta()) == .applied(origin.edition))
    let log = Array(files.log[before...])
    let kept = try #require(log.firstIndex(of: "sync last-good.deltas"))
    let named = try #require(log.firstIndex(of: "rename map.swmap"))
    #expect(kept < named, "\(log)")
  }
}
