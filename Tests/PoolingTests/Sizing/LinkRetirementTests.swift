import Pooling
import Routing
import Testing

@Suite struct LinkRetirementTests {
  private static let second: UInt64 = 1_000_000_000
  private static let opened = MonotonicTime(nanoseconds: 5_000 * second)

  private static func after(_ seconds: Double) -> MonotonicTime {
    opened.advanced(byNanoseconds: UInt64(seconds * Double(second)))
  }

  /// A second is also the time that a turn takes, and after which a link counts as unused.
  private static func limits(minimum: Int = 0) -> PoolLimits {
    var limits = PoolLimits()
    limits.turnNanoseconds = second
    limits.unusedNanoseconds = second
    limits.minimum = minimum
    limits.maximum = 5
    limits.idleNanoseconds = 60 * second
    limits.lifetimeNanoseconds = 1_000 * second
    return limits
  }

  private static func link(
    idleSince seconds: Double, seed: UInt64 = 1, _ limits: PoolLimits = limits()
  ) -> LinkAge {
    var link = LinkAge(openedAt: opened, limits, seed: seed)
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
      // Another worker's share goes before this pool's minimum.
      (0, 1, PoolCounts(idle: 1), true, .owed),
      // Old age, whatever the minimum is.
      (1_101, 5, PoolCounts(idle: 1), false, .lifetime),
    ] as [(Double, Int, PoolCounts, Bool, LinkRetirement?)])
  func `a link is closed for the first reason that holds`(
    seconds: Double, minimum: Int, counts: PoolCounts, isOwed: Bool, expected: LinkRetirement?
  ) {
    var claims = LinkClaims()
    claims.isOwed = isOwed
    let verdict = Self.link(idleSince: 0).retirement(
      Self.limits(minimum: minimum), counts: counts, claims: claims, now: Self.after(seconds))
    #expect(verdict == expected)
  }

  @Test func `use makes a link young again, but not its age`() {
    let counts = PoolCounts(idle: 1)
    let link = Self.link(idleSince: 850)
    #expect(
      link.retirement(Self.limits(), counts: counts, now: Self.after(880)) == nil)
    #expect(
      link.retirement(Self.limits(), counts: counts, now: Self.after(1_101))
        == .lifetime)
  }

  @Test func `lifetimes differ by at most a tenth, and are spread over it`() {
    var ends: [Double] = []
    for seed in 0..<1_000 as Range<UInt64> {
      let link = Self.link(idleSince: 10_000, seed: seed)
      let end = link.nextLook(Self.limits()).nanoseconds(since: Self.opened)
      let counts = PoolCounts(idle: 1)
      let atEnd = Self.opened.advanced(byNanoseconds: end)
      let before = Self.opened.advanced(byNanoseconds: end - 1)
      #expect(
        link.retirement(Self.limits(minimum: 5), counts: counts, now: atEnd)
          == .lifetime)
      #expect(
        link.retirement(Self.limits(minimum: 5), counts: counts, now: before) == nil)
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
    #expect(link.nextLook(limits) == Self.link(idleSince: 10_000, seed: 9).nextLook(limits))
    limits.lifetimeJitterPercent = 0
    #expect(Self.link(idleSince: 10_000, limits).nextLook(limits) == Self.after(1_000))
  }

  @Test func `without limits of time a link stays for ever`() {
    var limits = Self.limits()
    limits.idleNanoseconds = nil
    limits.lifetimeNanoseconds = nil
    let link = Self.link(idleSince: 0, limits)
    #expect(link.nextLook(limits) == MonotonicTime(nanoseconds: .max))
    let late = MonotonicTime(nanoseconds: .max - 1)
    #expect(link.retirement(limits, counts: PoolCounts(idle: 1), now: late) == nil)
    limits.idleNanoseconds = 60 * Self.second
    #expect(link.nextLook(limits) == Self.after(60))
  }

  @Test func `the longest lifetime there is doesn't trap`() {
    var limits = Self.limits()
    limits.idleNanoseconds = .max
    limits.lifetimeNanoseconds = .max
    limits.lifetimeJitterPercent = .max
    for seed in 0..<10 as Range<UInt64> {
      #expect(Self.link(idleSince: 0, seed: seed, limits).nextLook(limits) > Self.opened)
    }
  }

  @Test func `one that nobody has had for long is asked before it is lent`() {
    var limits = Self.limits()
    limits.checkNanoseconds = 30 * Self.second
    let link = Self.link(idleSince: 100)
    #expect(!link.isDoubtful(limits, at: Self.after(129.9)))
    #expect(link.isDoubtful(limits, at: Self.after(130)))
    limits.checkNanoseconds = nil
    #expect(!link.isDoubtful(limits, at: Self.after(899)))
  }

  @Test func `one that another worker could use is closed when it wasn't used for a while`() {
    var claims = LinkClaims()
    claims.isWanted = true
    let link = Self.link(idleSince: 10)
    for (seconds, expected) in [(10.9, nil), (11, .wanted)] as [(Double, LinkRetirement?)] {
      let verdict = link.retirement(
        Self.limits(minimum: 3), counts: PoolCounts(idle: 1), claims: claims,
        now: Self.after(seconds))
      #expect(verdict == expected)
    }
  }

  /// Its rival has waited for two seconds, and the link was opened so many ago.
  @Test(
    arguments: [
      // What isn't needed here goes at once, even of the minimum.
      (PoolCounts(idle: 1), 0, 0, .rival), (PoolCounts(idle: 1, busy: 2), 7, 0, .rival),
      // What is needed goes until both have about as many.
      (PoolCounts(idle: 1, busy: 2, waiting: 5), 1, 0, .rival),
      (PoolCounts(idle: 1, busy: 2, waiting: 5), 2, 0, nil),
      (PoolCounts(idle: 1, busy: 2, waiting: 5), 3, 9, nil),
      (PoolCounts(idle: 1, busy: 1, waiting: 5), 0, 0, .rival),
      // The only one is had in turns.
      (PoolCounts(idle: 1, waiting: 5), 0, 0.9, nil),
      (PoolCounts(idle: 1, waiting: 5), 0, 1, .rival),
      (PoolCounts(idle: 1, waiting: 5), 1, 9, nil),
    ] as [(PoolCounts, Int, Double, LinkRetirement?)])
  func `pools of one instance end up with about as many links, or take turns`(
    counts: PoolCounts, rivalLinks: Int, age: Double, expected: LinkRetirement?
  ) {
    var claims = LinkClaims()
    claims.rival = LinkClaims.Rival(
      links: rivalLinks,
      since: MonotonicTime(nanoseconds: Self.opened.nanoseconds - Self.second * 2))
    let verdict = Self.link(idleSince: age).retirement(
      Self.limits(minimum: 1), counts: counts, claims: claims, now: Self.after(age))
    #expect(verdict == expected)
  }

  @Test func `a rival that hasn't waited for a turn gets none`() {
    var claims = LinkClaims()
    let counts = PoolCounts(idle: 1, waiting: 1)
    let link = Self.link(idleSince: 50)
    for (since, expected) in [(49.1, nil), (49, .rival)] as [(Double, LinkRetirement?)] {
      claims.rival = LinkClaims.Rival(links: 0, since: Self.after(since))
      #expect(
        link.retirement(Self.limits(), counts: counts, claims: claims, now: Self.after(50))
          == expected)
    }
  }
}
