import Foundation
import Logging
import MapExchange
import MapSync
import ServiceLifecycle
import ShardMap
import Testing

@testable import shardway_sidecar

@Suite("The running sidecar")
struct SidecarTests {
  private typealias Running = RunningSidecar

  @Test("follows its control plane, and goes on from its own files without one")
  func following() async throws {
    let origin = Origin()
    let plane = try await FakeControlPlane(origin)
    let folder = try TemporaryFolder()
    var running = try Running([plane.url], in: folder)
    try await until("published") { running.statement?.mapVersion == 10 }
    #expect(running.statement?.condition == .current && running.mapVersion == 10)
    for number in 0..<3 {
      origin.commit([Origin.tenant("new\(number)")])
      try plane.tell(origin)
      try await until("followed") { running.statement?.mapVersion == origin.edition.version }
      #expect(running.mapVersion == origin.edition.version)
      #expect(running.statement?.root == origin.edition.root)
    }
    #expect(plane.tokens == ["Bearer secret"])
    try await until("reported") { !plane.reports.isEmpty }
    #expect(plane.reports[0].router == "side")
    let view = StatusView(running.file, maxAge: .seconds(30))
    #expect(view.isUsable && view.mapVersion == 13, "\(view.text)")
    try await running.stop()
    await plane.stop()
    try await until("let go") { !StatusView(running.file, maxAge: nil).isUsable }

    let last = try #require(running.statement)
    try FileManager.default.removeItem(atPath: running.file.files.map)
    running = try Running([plane.url], in: folder)
    try await until("published again") { running.mapVersion == 13 }
    try await until("noticed") { running.statement?.condition == .unreachable }
    let statement = try #require(running.statement)
    #expect(statement.confirmedAtBootNanoseconds == last.confirmedAtBootNanoseconds)
    #expect(statement.bootID == last.bootID)
    #expect(["no-answer", "timeout"].contains(statement.lastErrorCode))
    try await running.stop()
  }

  @Test("answers a router that wants a confirmation")
  func refresh() async throws {
    let origin = Origin()
    let plane = try await FakeControlPlane(origin)
    let running = try Running([plane.url], in: try TemporaryFolder(), longPoll: true)
    try await until("published") { running.statement?.condition == .current }
    let page = try FreshnessPage.open(path: running.file.files.page)
    for _ in 0..<5 {
      let wish = page.wantRefresh()
      try await until("answered") { page.read()?.answers(wish) == true }
    }
    try await running.stop()
    await plane.stop()
  }

  /// What is said of the change, and what the routers are told of it.
  private static func lies(_ origin: Origin) throws -> [(
    lie: FakeControlPlane.Lie, condition: SidecarCondition, code: String
  )] {
    let stranger = Origin(signedBy: SigningKey.generate())
    stranger.commit([Origin.tenant("new")])
    let good = try origin.delta()
    let four = MapEdition(version: 4, root: Bench.root(4))
    return [
      (.body(try stranger.delta()), .refusing, "unknown-key"),
      (.body(bomb), .refusing, "too-large"),
      (.body(Array(good.dropLast(9))), .refusing, "truncated"),
      (.body(Array("not compressed at all".utf8)), .refusing, "bad-compression"),
      (.cut(good), .unreachable, "truncated"),
      (.status(503), .unreachable, "http-503"), (.status(401), .unreachable, "http-401"),
      (.nothingNew(four), .refusing, "older-version"),
    ]
  }

  /// A frame (RFC 8878) of one block of zeros after the other: 128 KiB for four bytes, 256 MiB in all.
  private static var bomb: [UInt8] {
    // Magic number, a window of 128 KiB and no content size; then blocks of run-length zeros.
    var bytes: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]
    let size = UInt32(128 << 10)
    for block in 0..<2048 {
      let header = size << 3 | 1 << 1 | (block == 2047 ? 1 : 0)
      bytes += (0..<3).map { UInt8(truncatingIfNeeded: header >> (8 * $0)) } + [0]
    }
    return bytes
  }

  @Test("keeps its map, says why and recovers, whatever it is told")
  func lying() async throws {
    let origin = Origin()
    let plane = try await FakeControlPlane(origin)
    let running = try Running([plane.url], in: try TemporaryFolder())
    try await until("published") { running.statement?.condition == .current }
    origin.commit([Origin.tenant("new")])
    for (lie, condition, code) in try Self.lies(origin) {
      let before = try #require(running.statement)
      plane.lie(lie)
      var told: SidecarStatement?
      try await until("\(code) noticed") {
        told = running.statement
        return told?.lastErrorCode == code
      }
      let statement = try #require(told)
      #expect(statement.condition == condition && statement.mapVersion == before.mapVersion)
      #expect(running.mapVersion == before.mapVersion)
      if condition == .refusing {
        try await until("reported") {
          plane.reports.last?.body.contains(#""sidecarRefusal":{"code":"\#(code)""#) == true
        }
        try await until("told") {
          StatusView(running.file, maxAge: nil).lastError?.code == code
        }
      }
      let start = ContinuousClock.now
      let asked = plane.requests.count
      try await Task.sleep(for: .milliseconds(500))
      let requests = Double(plane.requests.count - asked)
      let seconds: Double = start.duration(to: .now) / .seconds(1)
      #expect(requests / seconds < 40)
      plane.lie(nil)
      try await until("recovered") { running.statement?.condition == .current }
    }
    try plane.tell(origin)
    try await until("followed") { running.statement?.mapVersion == origin.edition.version }
    try await running.stop()
    await plane.stop()
  }

  @Test("a lagging control plane is left for one that knows the newest map")
  func lagging() async throws {
    let origin = Origin()
    let stale = try await FakeControlPlane(origin)
    origin.commit([Origin.tenant("new")])
    let fresh = try await FakeControlPlane(origin)
    let running = try Running([fresh.url, stale.url], in: try TemporaryFolder())
    // It may begin at the stale one, whose map is the newest it has seen.
    try await until("published") { running.statement?.condition == .current }
    if running.statement?.mapVersion == 10 { stale.lie(.status(500)) }
    try await until("newest") { running.statement?.mapVersion == 11 }
    stale.lie(nil)
    fresh.lie(.status(500))
    try await until("refused") { running.statement?.lastErrorCode == "older-version" }
    #expect(running.statement?.mapVersion == 11 && running.mapVersion == 11)
    fresh.lie(nil)
    try await until("current") { running.statement?.condition == .current }
    // A fresh one that had no time to answer is rightly left for the other: then once more.
    var strayed = 0
    for _ in 0..<10 {
      let (asked, served) = (stale.requests.count, fresh.requests.count)
      try await until("asked five times more") { fresh.requests.count >= served + 5 }
      strayed = stale.requests.count - asked
      if strayed == 0 { break }
    }
    #expect(strayed == 0)
    try await running.stop()
    await stale.stop()
    await fresh.stop()
  }

  /// The answer never ends: so it is enough that the sidecar does.
  @Test("ends at once, though an answer is on its way", .timeLimit(.minutes(5)))
  func stopping() async throws {
    let origin = Origin()
    let plane = try await FakeControlPlane(origin)
    plane.lie(.dribble)
    let running = try Running([plane.url], in: try TemporaryFolder())
    try await until("asked") { !plane.requests.isEmpty }
    try await running.stop()
    await plane.stop()
  }

  @Test("a second one in the same folder is refused")
  func second() async throws {
    let origin = Origin()
    let plane = try await FakeControlPlane(origin)
    let running = try Running([plane.url], in: try TemporaryFolder())
    try await until("published") { running.statement?.condition == .current }
    let other = Sidecar(file: running.file, logger: Logger(label: "other"))
    await #expect(throws: StateFolder.Fault.self) { try await other.run() }
    try await running.stop()
    await plane.stop()
  }
}
