import Testing

@testable import ShardMap

@Suite("Age of a map")
struct MapAgeTests {
  static let boot = BootID(high: 1, low: 2)
  static let other = BootID(high: 3, low: 4)
  static let now = FreshnessClock(
    bootNanoseconds: 100_000_000_000, wallMilliseconds: 1_795_000_000_000, bootID: boot)

  struct Case: Sendable {
    let name: String
    let confirmedAtBoot: Int64
    let confirmedAtWall: Int64
    let boot: BootID
    let expected: MapAge
  }

  @Test(
    "boot clock within a boot, wall clock across boots",
    arguments: [
      Case(
        name: "the boot clock counts, whatever the wall clock says",
        confirmedAtBoot: 99_999_999_000,
        confirmedAtWall: 0, boot: boot, expected: MapAge(nanoseconds: 1000)),
      Case(
        name: "just now", confirmedAtBoot: 100_000_000_000, confirmedAtWall: 0, boot: boot,
        expected: MapAge(nanoseconds: 0)),
      Case(
        name: "another core was a little ahead", confirmedAtBoot: 100_000_000_900,
        confirmedAtWall: 0, boot: boot, expected: MapAge(nanoseconds: 0)),
      Case(
        name: "a boot clock that can't be", confirmedAtBoot: .max, confirmedAtWall: 0, boot: boot,
        expected: .unknown),
      Case(
        name: "another boot", confirmedAtBoot: 0, confirmedAtWall: 1_795_000_000_000 - 60_000,
        boot: other, expected: MapAge(nanoseconds: 60_000_000_000)),
      Case(
        name: "within the skew", confirmedAtBoot: 0, confirmedAtWall: 1_795_000_000_000 + 5000,
        boot: other, expected: MapAge(nanoseconds: 0)),
      Case(
        name: "beyond the skew", confirmedAtBoot: 0, confirmedAtWall: 1_795_000_000_000 + 5001,
        boot: other, expected: .unknown),
      Case(
        name: "never confirmed", confirmedAtBoot: 0, confirmedAtWall: .min, boot: other,
        expected: .unknown),
    ])
  func ages(_ testCase: Case) {
    var statement = SidecarStatement.sample(1)
    statement.confirmedAtBootNanoseconds = testCase.confirmedAtBoot
    statement.confirmedAtWallMilliseconds = testCase.confirmedAtWall
    statement.bootID = testCase.boot
    #expect(MapAge(of: statement, at: Self.now) == testCase.expected, "\(testCase.name)")
  }

  @Test("a boot that nobody knows is the same as no other")
  func unknownBoot() {
    var clock = Self.now
    clock.bootID = .none
    var statement = SidecarStatement.sample(1)
    statement.bootID = .none
    statement.confirmedAtBootNanoseconds = clock.bootNanoseconds
    statement.confirmedAtWallMilliseconds = clock.wallMilliseconds - 1000
    #expect(MapAge(of: statement, at: clock) == MapAge(nanoseconds: 1_000_000_000))
  }

  @Test("this machine tells its boot and its clocks go on")
  func thisMachine() {
    #expect(BootID.current != .none)
    let first = FreshnessClock.now()
    let second = FreshnessClock.now()
    #expect(second.bootNanoseconds >= first.bootNanoseconds)
    #expect(first.bootID == BootID.current)
  }

  @Test(
    "a boot id is 32 digits",
    arguments: [
      ("12b9a4c1-0000-0000-0000-0000000000ff", BootID(high: 0x12b9_a4c1_0000_0000, low: 0xff)),
      ("12b9a4c1", nil), ("", nil), ("+2b9a4c1-0000-0000-0000-0000000000ff", nil),
      ("zzb9a4c1-0000-0000-0000-0000000000ff", nil),
    ] as [(String, BootID?)])
  func bootIDs(text: String, expected: BootID?) {
    #expect(BootID(text) == expected)
  }
}
