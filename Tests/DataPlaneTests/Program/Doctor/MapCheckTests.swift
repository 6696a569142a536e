import DataPlane
import Glibc
import Routing
import ShardMap
import Testing

@testable import shardway_router

@Suite("The doctor's look at the map's age")
struct MapCheckTests {
  private static let hour: UInt64 = 3_600_000_000_000

  private static func finding(
    _ nanoseconds: UInt64?, _ rules: FreshnessRules? = .standard
  ) -> Finding {
    let age = nanoseconds.map { MapAge(nanoseconds: $0) } ?? .unknown
    return MapCheck.age(MapFreshness(age: age, isReachable: true), by: rules)
  }

  @Test("an age is judged as the router judges it")
  func rules() {
    let cases: [(age: UInt64?, verdict: Finding.Verdict, words: String)] = [
      (10_000_000_000, .good, "confirmed 10 s ago"),
      (60_000_000_000, .warning, "routing stale, envelope stale, permissions stale"),
      (11 * Self.hour, .warning, "permissions near"),
      (12 * Self.hour, .failure, "permissions.maxStale is 12 h: new sessions are refused"),
      (nil, .failure, "nobody knows when, and permissions.maxStale is 12 h"),
    ]
    for each in cases {
      let finding = Self.finding(each.age)
      #expect(finding.verdict == each.verdict, "\(finding)")
      #expect(finding.fact.contains(each.words), "\(finding)")
      #expect((finding.advice == nil) == (each.verdict == .good))
    }
  }

  @Test("only permissions that have expired keep everybody out")
  func others() {
    var rules = FreshnessRules.standard
    rules[.permissions].maxStaleMilliseconds = FreshnessBound.never
    let finding = Self.finding(nil, rules)
    #expect(finding.verdict == .warning)
    #expect(finding.fact.contains("routing expired, envelope expired, permissions stale"))
    #expect(Self.finding(nil, nil).verdict == .good)
  }

  /// What is found where the map was published, and the sidecar has said this.
  private static func findings(
    _ folder: TemporaryFolder, confirmed ago: UInt64?, writerPID: Int32 = getpid()
  ) throws -> [String: Finding] {
    try SmallMap.publish(version: 1, to: folder.map)
    let page = try FreshnessPage.create(path: folder.page)
    if let ago {
      let now = FreshnessClock.now()
      page.write(
        SidecarStatement(
          mapVersion: 1, root: .none,
          confirmedAtBootNanoseconds: now.bootNanoseconds - Int64(ago),
          confirmedAtWallMilliseconds: now.wallMilliseconds - Int64(ago / 1_000_000),
          bootID: now.bootID, condition: .current, refreshAnswered: 0, writerPID: writerPID))
    }
    var settings = RouterSettings(mapPath: folder.map, workerCount: 1, listeners: [])
    settings.freshnessPagePath = folder.page
    let (map, findings) = MapCheck(settings: settings).run()
    #expect(map != nil)
    return Dictionary(findings.map { ($0.subject, $0) }, uniquingKeysWith: { one, _ in one })
  }

  @Test("a map past permissions.maxStale fails, and so does one that nobody has ever confirmed")
  func expired() throws {
    let folder = try TemporaryFolder()
    #expect(try Self.findings(folder, confirmed: 0)["map's age"]?.verdict == .good)
    #expect(try Self.findings(folder, confirmed: 13 * Self.hour)["map's age"]?.verdict == .failure)
    // Then its age counts from when it was issued, in 1970.
    let silent = try TemporaryFolder()
    let findings = try Self.findings(silent, confirmed: nil)
    #expect(findings["map's age"]?.verdict == .failure)
    #expect(findings["sidecar"]?.verdict == .warning)
  }

  @Test("a sidecar whose process is gone is told")
  func gone() throws {
    let folder = try TemporaryFolder()
    let here = try Self.findings(folder, confirmed: 0)
    #expect(here["sidecar"] == nil && here["control plane"]?.verdict == .good)
    // Above what Linux numbers processes by.
    let gone = try Self.findings(folder, confirmed: 0, writerPID: 1 << 23)
    #expect(gone["sidecar"]?.verdict == .failure)
  }
}
