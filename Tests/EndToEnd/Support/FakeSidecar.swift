import Foundation
import LocalFleet
import MapDocument
import ShardMap

/// The freshness page of a router under test, written by the test in a sidecar's place.
final class FakeSidecar: Sendable {
  let page: FreshnessPage
  private let fleet: Fleet

  /// Makes the page beside the fleet's map.
  init(_ fleet: Fleet) throws {
    self.fleet = fleet
    page = try FreshnessPage.create(path: Self.path(of: fleet))
  }

  static func path(of fleet: Fleet) -> String { fleet.mapPath + ".page" }

  /// Confirms the published map as of a while ago.
  func confirm(
    _ condition: SidecarCondition = .current, ago: Duration = .zero, answering: UInt32? = nil
  ) throws {
    let header = try CompiledMap.open(path: fleet.mapPath).header
    let now = FreshnessClock.now()
    let milliseconds =
      ago.components.seconds * 1000 + ago.components.attoseconds / 1_000_000_000_000_000
    page.write(
      SidecarStatement(
        mapVersion: header.mapVersion, root: header.root,
        confirmedAtBootNanoseconds: now.bootNanoseconds - milliseconds * 1_000_000,
        confirmedAtWallMilliseconds: now.wallMilliseconds - milliseconds, bootID: now.bootID,
        condition: condition, refreshAnswered: answering ?? page.read()?.refreshAnswered ?? 0,
        writerPID: getpid()))
  }

  /// Waits until a router has asked more often than `seen`; the count.
  func refreshWanted(since seen: UInt32) async throws -> UInt32 {
    try await eventually("a wish for a refresh") { page.refreshWanted != seen }
    return page.refreshWanted
  }
}

extension RouterOptions {
  /// A router with a freshness page.
  static func withPage(_ fleet: Fleet, workers: Int = 2) -> RouterOptions {
    var options = World.routerOptions(workers: workers)
    options.sections["freshness"] = "{ page: \"\(FakeSidecar.path(of: fleet))\" }"
    return options
  }

  /// The same for a router with two workers whose clients share server connections.
  static func pooledWithPage(_ fleet: Fleet) -> RouterOptions {
    var options = World.pooled(workers: 2)
    options.sections["freshness"] = "{ page: \"\(FakeSidecar.path(of: fleet))\" }"
    return options
  }
}

extension Fleet {
  /// The version of the map that was published last.
  func publishedVersion() throws -> UInt64 { try publishedMap().mapVersion }
}

extension WireClient {
  /// Receives up to the next ReadyForQuery; its transaction status.
  func ready() async throws -> Character? {
    try await messages(upTo: "Z").last?.body.first.map { Character(UnicodeScalar($0)) }
  }
}
