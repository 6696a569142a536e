import Routing
import ShardMap
import Testing

@testable import DataPlane

private let boot = BootID(high: 1, low: 2)
private let otherBoot = BootID(high: 3, low: 4)
private let ownRoot = MapRoot(bytes: [UInt8](repeating: 0xA1, count: MapRoot.byteCount))!
private let otherRoot = MapRoot(bytes: [UInt8](repeating: 0xB2, count: MapRoot.byteCount))!
private let start = FreshnessClock(
  bootNanoseconds: 1_000_000_000_000, wallMilliseconds: 1_795_000_000_000, bootID: boot)
/// In use in all tests; it was issued ten minutes ago.
private let inUse = FreshnessKeeper.MapIdentity(
  mapVersion: 7, root: ownRoot, issuedAtMilliseconds: start.wallMilliseconds - 600_000)

extension FreshnessClock {
  /// Some time later, by both clocks.
  fileprivate func later(seconds: Int64, nanoseconds: Int64 = 0) -> FreshnessClock {
    FreshnessClock(
      bootNanoseconds: bootNanoseconds + seconds * 1_000_000_000 + nanoseconds,
      wallMilliseconds: wallMilliseconds + seconds * 1000, bootID: bootID)
  }

  /// The wall clock was set by so much.
  fileprivate func set(bySeconds seconds: Int64) -> FreshnessClock {
    var clock = self
    clock.wallMilliseconds += seconds * 1000
    return clock
  }
}

extension SidecarStatement {
  /// What a sidecar says of a map that was confirmed so many seconds before ``start``.
  fileprivate static func about(
    _ version: UInt64, _ root: MapRoot = ownRoot, secondsAgo: Int64,
    _ condition: SidecarCondition = .current, boot: BootID = boot
  ) -> SidecarStatement {
    SidecarStatement(
      mapVersion: version, root: root,
      confirmedAtBootNanoseconds: start.bootNanoseconds - secondsAgo * 1_000_000_000,
      confirmedAtWallMilliseconds: start.wallMilliseconds - secondsAgo * 1000,
      bootID: boot, condition: condition, refreshAnswered: 0, writerPID: 1)
  }
}

extension MapFreshness {
  /// An age in seconds; nil for ``MapAge/unknown``.
  fileprivate static func of(_ seconds: UInt64?, isReachable: Bool) -> MapFreshness {
    MapFreshness(
      age: seconds.map { MapAge(nanoseconds: $0 * 1_000_000_000) } ?? .unknown,
      isReachable: isReachable)
  }
}

@Suite("Freshness keeper")
struct FreshnessKeeperTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let statement: SidecarStatement?
    let now: FreshnessClock
    let expected: MapFreshness

    init(
      _ name: String, _ statement: SidecarStatement?, at now: FreshnessClock = start,
      age: UInt64?, isReachable: Bool
    ) {
      testDescription = name
      self.statement = statement
      self.now = now
      expected = .of(age, isReachable: isReachable)
    }
  }

  @Test(
    "tells the age by what a statement confirms, else by when the map was issued",
    arguments: [
      Case("about this map", .about(7, secondsAgo: 20), age: 20, isReachable: true),
      Case("about this map, just now", .about(7, secondsAgo: 0), age: 0, isReachable: true),
      Case(
        "about this map, of which the sidecar knows no root", .about(7, .none, secondsAgo: 20),
        age: 20, isReachable: true),
      Case("about an older map", .about(6, secondsAgo: 20), age: 20, isReachable: true),
      Case(
        "about an older map, longer ago than this one was issued",
        .about(6, secondsAgo: 4000), age: 4000, isReachable: false),
      Case("about a newer map", .about(8, secondsAgo: 20), age: 600, isReachable: true),
      Case("about another root", .about(7, otherRoot, secondsAgo: 20), age: 600, isReachable: true),
      Case("none", nil, age: 600, isReachable: false),
    ])
  func firstStatement(_ testCase: Case) {
    var keeper = FreshnessKeeper()
    #expect(keeper.freshness(of: inUse, testCase.statement, at: testCase.now) == testCase.expected)
  }

  @Test("a map without a root is confirmed by its version alone", arguments: [ownRoot, otherRoot])
  func mapWithoutRoot(said: MapRoot) {
    var map = inUse
    map.root = .none
    var keeper = FreshnessKeeper()
    #expect(
      keeper.freshness(of: map, .about(7, said, secondsAgo: 20), at: start)
        == .of(20, isReachable: true))
  }

  @Test(
    "a sidecar is reachable while it says that the control plane answers, and not for ever",
    arguments: [
      Case("60 s", .about(7, secondsAgo: 60), age: 60, isReachable: true),
      Case("61 s", .about(7, secondsAgo: 61), age: 61, isReachable: false),
      Case("starting", .about(7, secondsAgo: 1, .starting), age: 1, isReachable: false),
      Case("unreachable", .about(7, secondsAgo: 1, .unreachable), age: 1, isReachable: false),
      Case("refusing", .about(7, secondsAgo: 1, .refusing), age: 1, isReachable: false),
    ])
  func reachability(_ testCase: Case) {
    var keeper = FreshnessKeeper()
    #expect(keeper.freshness(of: inUse, testCase.statement, at: testCase.now) == testCase.expected)
  }

  @Test("a sidecar that falls silent is unreachable a nanosecond after the longest silence")
  func silence() {
    let statement = SidecarStatement.about(7, secondsAgo: 0)
    var keeper = FreshnessKeeper()
    for (now, isReachable) in [
      (start, true), (start.later(seconds: 60), true),
      (start.later(seconds: 60, nanoseconds: 1), false), (start.later(seconds: 3600), false),
    ] {
      let freshness = keeper.freshness(of: inUse, statement, at: now)
      let passed = UInt64(now.bootNanoseconds - start.bootNanoseconds)
      #expect(freshness == MapFreshness(age: MapAge(nanoseconds: passed), isReachable: isReachable))
    }
  }

  @Test(
    "a clock that was set moves no age within a boot; across boots it may make it unknown",
    arguments: [
      Case(
        "set back within the boot", .about(7, secondsAgo: 20), at: start.set(bySeconds: -86_400),
        age: 20, isReachable: true),
      Case(
        "set forward within the boot", .about(7, secondsAgo: 20), at: start.set(bySeconds: 86_400),
        age: 20, isReachable: true),
      Case(
        "set back, about an older map", .about(6, secondsAgo: 20),
        at: start.set(bySeconds: -86_400), age: 20, isReachable: true),
      Case(
        "set back to before the map was issued, no statement", nil,
        at: start.set(bySeconds: -606), age: nil, isReachable: false),
      Case(
        "set back to before it by a tolerated skew, no statement", nil,
        at: start.set(bySeconds: -605), age: 0, isReachable: false),
      Case(
        "set back to before the map was issued, about a newer map", .about(8, secondsAgo: 20),
        at: start.set(bySeconds: -606), age: nil, isReachable: true),
      Case(
        "another boot", .about(7, secondsAgo: 20, boot: otherBoot), age: 20, isReachable: true),
      Case(
        "another boot, long ago", .about(7, secondsAgo: 900, boot: otherBoot), age: 900,
        isReachable: false),
      Case(
        "another boot, about an older map", .about(6, secondsAgo: 20, boot: otherBoot), age: 20,
        isReachable: true),
      Case(
        "another boot, set back by a tolerated skew", .about(7, secondsAgo: 0, boot: otherBoot),
        at: start.set(bySeconds: -5), age: 0, isReachable: true),
      Case(
        "another boot, set back by more", .about(7, secondsAgo: 0, boot: otherBoot),
        at: start.set(bySeconds: -6), age: nil, isReachable: false),
    ])
  func clocks(_ testCase: Case) {
    var keeper = FreshnessKeeper()
    #expect(keeper.freshness(of: inUse, testCase.statement, at: testCase.now) == testCase.expected)
  }

  @Test(
    "a map that was confirmed keeps its confirmation whatever is said next",
    arguments: [
      Case("nothing", nil, age: 50, isReachable: false),
      Case("about a newer map", .about(8, secondsAgo: -30), age: 50, isReachable: true),
      Case("about another root", .about(7, otherRoot, secondsAgo: -30), age: 50, isReachable: true),
      Case("about an older map", .about(6, secondsAgo: 40), age: 50, isReachable: false),
      Case("about this map again", .about(7, secondsAgo: -30), age: 10, isReachable: true),
    ])
  func confirmedBefore(_ testCase: Case) {
    var keeper = FreshnessKeeper()
    _ = keeper.freshness(of: inUse, .about(7, secondsAgo: 10), at: start)
    let now = start.later(seconds: 40)
    #expect(keeper.freshness(of: inUse, testCase.statement, at: now) == testCase.expected)
  }

  @Test("a confirmation is of one map: the next one has none until it is told of")
  func nextMap() {
    var keeper = FreshnessKeeper()
    var next = inUse
    next.mapVersion = 8
    next.root = otherRoot
    next.issuedAtMilliseconds = start.wallMilliseconds - 5000
    _ = keeper.freshness(of: inUse, .about(7, secondsAgo: 10), at: start)
    #expect(keeper.freshness(of: next, nil, at: start) == .of(5, isReachable: false))
    #expect(
      keeper.freshness(of: next, .about(7, secondsAgo: 10), at: start)
        == .of(10, isReachable: true), "it came after the older one")
    #expect(
      keeper.freshness(of: next, .about(8, otherRoot, secondsAgo: 2), at: start)
        == .of(2, isReachable: true))
    #expect(
      keeper.freshness(of: inUse, nil, at: start) == .of(600, isReachable: false),
      "what confirmed its successor says nothing about it")
  }
}
