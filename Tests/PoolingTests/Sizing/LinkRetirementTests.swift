import Pooling
import Routing
import Testing

@Suite struct LinkRetirementTests {
  private static let second: UInt64 = 1_000_000_000
  private static let opened = MonotonicTime(nanoseconds: 5_000 * second)

  private static func after(_ seconds: Double) -> MonotonicTime {
    opened.advanced(byNanoseconds: UInt64(seconds * Double(second)))
  }

  private static func limits(minimum: Int = 0) -> PoolLimits {
    var limits = PoolLimits()
    limits.minimum = minimum
    limits.maximum = 5
    limits.idleNanoseconds = 60 * second
    limits.lifetimeNanoseconds = 1_000 * second
    return limits
  }

  private static func link(idleSince seconds: Double, seed: UInt64 = 1) -> LinkAge {
    var link = LinkAge(openedAt: opened, seed: seed)
    link.idleSince = after(seconds)
    return link
  }

  @Test(
    arguments: [
      (59.9, 0, PoolCounts(idle: 1), false, nil),
      (60, 0, PoolCounts(idle: 1), false, .idle),
      // The minimum stays, busy links counted.
      (60, 1, PoolCounts(idle: 1), false, nil), (60, 1, PoolCounts(idle: 2), false, .idle),
      (60, 1, PoolCounts(idle: 1, busy: 1), false, .idle),
      // More than the maximum.
      (0, 0, PoolCounts(idle: 1, busy: 4), false, nil),
      (0, 0, PoolCounts(idle: 1, busy: 5), false, .surplus),
      // Another worker's share goes before this pool's minimum.
      (0, 1, PoolCounts(idle: 1), true, .owed),
      // Old age, whatever the minimum is.
      (1_101, 5, PoolCounts(idle: 1), false, .lifetime),
    ] as [(Double, Int, PoolCounts, Bool, LinkRetirement?)])
  func `a link is closed for the first reason that holds`(
    seconds: Double, minimum: Int, counts: PoolCounts, isOwed: Bool, expected: LinkRetirement?
  ) {
    let verdict = Self.link(idleSince: 0).retirement(
      Self.limits(minimum: minimum), counts: counts, isOwed: isOwed, now: Self.after(seconds))
    #expect(verdict == expected)
  }

  @Test func `use makes a link young again, but not its age`() {
    let counts = PoolCounts(idle: 1)
    let link = Self.link(idleSince: 850)
    #expect(
      link.retirement(Self.limits(), counts: counts, isOwed: false, now: Self.after(880)) == nil)
    #expect(
      link.retirement(Self.limits(), counts: counts, isOwed: false, now: Self.after(1_101))
        == .lifetime)
  }

  @Test func `lifetimes differ by at most a tenth, and are spread over it`() {
    var ends: [Double] = []
    for seed in 0..<1_000 as Range<UInt64> {
      let link = Self.link(idleSince: 10_000, seed: seed)
      let end = link.nextLook(Self.limits())!.nanoseconds(since: Self.opened)
      let counts = PoolCounts(idle: 1)
      let atEnd = Self.opened.advanced(byNanoseconds: end)
      let before = Self.opened.advanced(byNanoseconds: end - 1)
      #expect(
        link.retirement(Self.limits(minimum: 5), counts: counts, isOwed: false, now: atEnd)
          == .lifetime)
      #expect(
        link.retirement(Self.limits(minimum: 5), counts: counts, isOwed: false, now: before) == nil)
      ends.append(Double(end) / Double(Self.second))
    }
    #expect(ends.min()! >= 900 && ends.min()! < 905)
    #expect(ends.max()! <= 1_100 && ends.max()! > 1_095)
    // Four standard deviations of the mean of a thousand even draws are 7.3.
    #expect(abs(ends.reduce(0, +) / 1_000 - 1_000) < 7.3)
    #expect(Set(ends).count > 990)
  }

  @Test func `the same seed gives the same lifetime, and no jitter gives the limit`() {
    var limits = Self.limits()
    let link = Self.link(idleSince: 10_000, seed: 9)
    #expect(link.nextLook(limits) == link.nextLook(limits))
    limits.lifetimeJitterPercent = 0
    #expect(link.nextLook(limits) == Self.after(1_000))
  }

  @Test func `without limits of time a link stays for ever`() {
    var limits = Self.limits()
    limits.idleNanoseconds = nil
    limits.lifetimeNanoseconds = nil
    let link = Self.link(idleSince: 0)
    #expect(link.nextLook(limits) == nil)
    let never = MonotonicTime(nanoseconds: .max)
    #expect(link.retirement(limits, counts: PoolCounts(idle: 1), isOwed: false, now: never) == nil)
    limits.idleNanoseconds = 60 * Self.second
    #expect(link.nextLook(limits) == Self.after(60))
  }

  @Test func `the longest lifetime there is doesn't trap`() {
    var limits = Self.limits()
    limits.idleNanoseconds = .max
    limits.lifetimeNanoseconds = .max
    limits.lifetimeJitterPercent = .max
    for seed in 0..<10 as Range<UInt64> {
      #expect(Self.link(idleSince: 0, seed: seed).nextLook(limits)! > Self.opened)
    }
  }
}
