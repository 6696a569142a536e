import MapExchange
import ShardMap
import Testing

@testable import MapSync

@Suite("A restart without a control plane")
struct RestartTests {
  private let folder: TemporaryFolder
  private let origin = Origin()

  init() throws {
    folder = try TemporaryFolder()
    let keeper = try MapKeeper(
      paths: .init(map: folder.file("map.swmap"), state: folder.path), verifier: Origin.verifier)
    _ = keeper.take(snapshot: try origin.snapshot())
    origin.commit([Origin.tenant("new")])
    _ = keeper.apply(delta: try origin.delta())
  }

  private func reopened() throws -> MapKeeper {
    try MapKeeper(
      paths: .init(map: folder.file("map.swmap"), state: folder.path), verifier: Origin.verifier)
  }

  private var memory: MapMemory { MapMemory(edition: origin.edition, confirmed: Bench.morning) }

  private func start(_ keeper: MapKeeper, _ memories: [MapMemory]) -> SyncStart {
    keeper.start(memories: memories, refreshWanted: 4, refreshAnswered: 3)
  }

  @Test("finds map, records and the true age")
  func whole() throws {
    let start = start(try reopened(), [memory])
    #expect(
      start
        == SyncStart(
          published: origin.edition, stored: origin.edition, confirmed: Bench.morning,
          refreshWanted: 4, refreshAnswered: 3))
  }

  @Test("makes the map again when it is gone or damaged", arguments: [nil, 0, 100, -1] as [Int?])
  func lostMap(flip: Int?) throws {
    if let flip {
      var bytes = try folder.read("map.swmap")
      bytes[flip < 0 ? bytes.count + flip : flip] ^= 1
      _ = try folder.write(bytes, to: "map.swmap")
    } else {
      try folder.remove("map.swmap")
    }
    let keeper = try reopened()
    let start = start(keeper, [memory])
    #expect(start.published == nil && start.stored == origin.edition)
    #expect(start.confirmed == Bench.morning)
    #expect(keeper.findings.isEmpty == (flip == nil))
    #expect(keeper.publish() == .applied(origin.edition))
    let map = try CompiledMap.open(path: folder.file("map.swmap"))
    try map.verify()
    #expect(map.header.root == origin.state.root && map.tenant(id: "new") != nil)
  }

  @Test("without a memory the age counts from the map's issue, by the wall clock")
  func noMemory() throws {
    let start = start(try reopened(), [])
    #expect(start.confirmed?.wallMilliseconds == origin.state.issuedAtMilliseconds)
    #expect(start.confirmed?.bootID == BootID.none)
  }

  @Test("a memory of an earlier version is no younger than the truth; of a later one, no memory")
  func otherMemories() throws {
    let earlier = MapMemory(edition: Origin.edition(origin.states[0]), confirmed: Bench.morning)
    #expect(start(try reopened(), [earlier]).confirmed == Bench.morning)
    var later = memory
    later.edition.version += 1
    let start = start(try reopened(), [later])
    #expect(start.stored == nil && start.published == nil)
  }

  @Test("nothing older than what was published follows, though its records were put back")
  func rolledBack() throws {
    let copy = try TemporaryFolder()
    try folder.copy(to: copy)
    let keeper = try reopened()
    origin.commit([Origin.tenant("newest")])
    _ = keeper.apply(delta: try origin.delta())
    let newest = try folder.read("map.swmap")
    for name in ["last-good.snapshot", "last-good.deltas"] {
      _ = try folder.write(try copy.read(name), to: name)
    }
    let rolled = try reopened()
    let start = start(rolled, [memory])
    #expect(start.published == origin.edition && start.stored == nil)
    let old = Origin()
    #expect(rolled.take(snapshot: try old.snapshot()).isRefused("older-version"))
    #expect(rolled.publish().isRefused("unusable-file"))
    #expect(try folder.read("map.swmap") == newest)
    #expect(rolled.take(snapshot: try origin.snapshot()) == .applied(origin.edition))
  }

  @Test("nor when only the page remembers")
  func onlyThePage() throws {
    let page = MapMemory(
      edition: MapEdition(version: 99, root: Bench.root(9)), confirmed: Bench.morning)
    try folder.remove("map.swmap")
    let keeper = try reopened()
    let start = start(keeper, [page])
    #expect(start.published == nil && start.stored == nil && start.confirmed == nil)
    #expect(keeper.take(snapshot: try origin.snapshot()).isRefused("older-version"))
  }
}

extension KeeperOutcome {
  func isRefused(_ code: String) -> Bool {
    if case .refused(let refusal) = self { refusal.code == code } else { false }
  }
}
