import RandomNumbers
import Testing

@testable import Authentication

@Suite("Throttle of logins")
struct LoginThrottleTests {
  private static let second: UInt64 = 1_000_000_000
  private static let free = ThrottleLimits.freeFailures

  /// A throttle after `failures` failures of pair (1, 2) at `now`.
  private static func throttle(failures: Int, at now: UInt64) -> LoginThrottle {
    var throttle = LoginThrottle()
    for _ in 0..<failures { throttle.recordFailure(address: 1, tenant: 2, nowNanoseconds: now) }
    return throttle
  }

  /// Seconds to wait; 0 where an attempt is allowed.
  private static func wait(
    _ throttle: borrowing LoginThrottle, _ address: UInt64 = 1, _ tenant: UInt64 = 2,
    at now: UInt64
  ) -> Double {
    switch throttle.verdict(address: address, tenant: tenant, nowNanoseconds: now) {
    case .allowed: 0
    case .refused(let wait): Double(wait) / Double(second)
    }
  }

  @Test(
    "the first failures cost nothing, each further one doubles the wait up to the longest",
    arguments: [
      (0, 0), (1, 0), (5, 0), (6, 1), (7, 2), (8, 4), (9, 8), (10, 16), (11, 32), (12, 60),
      (13, 60), (100, 60), (5_000, 60),
    ], [0, 77_000_000_000] as [UInt64])
  func growth(failures: (Int, Double), now: UInt64) {
    let throttle = Self.throttle(failures: failures.0, at: now)
    #expect(Self.wait(throttle, at: now) == failures.1)
  }

  @Test("waits never overflow")
  func manyFailures() {
    let longest = ThrottleLimits.longestWait.nanoseconds
    for failures in [.max, .max - 1, 1 << 31, 40, 30] as [UInt32] {
      #expect(LoginThrottle.wait(after: failures) == longest)
    }
    let throttle = Self.throttle(failures: 12, at: .max - 5)
    #expect(throttle.verdict(address: 1, tenant: 2, nowNanoseconds: .max) == .allowed)
  }

  @Test("an attempt is allowed from the moment on at which the wait is over")
  func moments() {
    let throttle = Self.throttle(failures: 8, at: 100)
    let opens = 100 + 4 * Self.second
    #expect(
      throttle.verdict(address: 1, tenant: 2, nowNanoseconds: opens - 1)
        == .refused(waitNanoseconds: 1))
    #expect(throttle.verdict(address: 1, tenant: 2, nowNanoseconds: opens) == .allowed)
    let late = throttle.verdict(address: 1, tenant: 2, nowNanoseconds: 50)
    #expect(late == .refused(waitNanoseconds: opens - 50), "a clock read a little earlier")
  }

  @Test("only the pair of address and tenant that failed waits")
  func others() {
    let throttle = Self.throttle(failures: 10, at: 0)
    #expect(Self.wait(throttle, at: 0) > 0)
    for (address, tenant) in [(1, 3), (3, 2), (2, 1), (0, 0), (.max, .max)] as [(UInt64, UInt64)] {
      #expect(Self.wait(throttle, address, tenant, at: 0) == 0)
    }
  }

  @Test("digest 0 is an address and a tenant like any other")
  func zero() {
    var throttle = LoginThrottle()
    #expect(Self.wait(throttle, 0, 0, at: 0) == 0)
    for _ in 0..<6 { throttle.recordFailure(address: 0, tenant: 0, nowNanoseconds: 0) }
    #expect(Self.wait(throttle, 0, 0, at: 0) == 1)
  }

  @Test("the right password makes all failures be forgotten, and nobody else's")
  func success() {
    var throttle = Self.throttle(failures: 10, at: 0)
    for _ in 0..<10 { throttle.recordFailure(address: 5, tenant: 2, nowNanoseconds: 0) }
    throttle.recordSuccess(address: 1, tenant: 2)
    throttle.recordSuccess(address: 9, tenant: 9)
    #expect(Self.wait(throttle, at: 0) == 0)
    #expect(Self.wait(throttle, 5, 2, at: 0) == 16)
    for _ in 0..<Self.free { throttle.recordFailure(address: 1, tenant: 2, nowNanoseconds: 0) }
    #expect(Self.wait(throttle, at: 0) == 0, "counted from the beginning")
  }

  @Test("failures are forgotten when none has come for long enough, and then count from one")
  func memory() {
    let memory = ThrottleLimits.memory.nanoseconds
    var throttle = Self.throttle(failures: 20, at: 0)
    throttle.recordFailure(address: 1, tenant: 2, nowNanoseconds: memory - 1)
    #expect(Self.wait(throttle, at: memory - 1) == 60, "not forgotten yet")
    for _ in 0..<Self.free {
      throttle.recordFailure(address: 1, tenant: 2, nowNanoseconds: 2 * memory)
    }
    #expect(Self.wait(throttle, at: 2 * memory) == 0)
  }

  @Test(
    "no rhythm of guessing gains more than one guess in each longest wait, but for the first few")
  func bestRhythm() {
    let hours = 24.0
    // Guess until so many failures are there, then wait until they are forgotten.
    for failures in 1...40 {
      var throttle = LoginThrottle()
      var now: UInt64 = 0
      var guesses = 0
      while Double(now) < hours * 3_600 * Double(Self.second) {
        for _ in 0..<failures {
          now += UInt64(Self.wait(throttle, at: now) * Double(Self.second))
          throttle.recordFailure(address: 1, tenant: 2, nowNanoseconds: now)
          guesses += 1
        }
        now += ThrottleLimits.memory.nanoseconds
      }
      #expect(Double(guesses) <= hours * 60 + 40, "\(failures) failures at a time: \(guesses)")
    }
  }

  @Test("a long wait outlives a flood of failures elsewhere, and the table does not grow")
  func flood() {
    var throttle = Self.throttle(failures: 12, at: 0)
    var random = SplitMix64(seed: 51)
    for _ in 0..<200_000 {
      throttle.recordFailure(
        address: random.next(), tenant: random.next(), nowNanoseconds: Self.second)
    }
    #expect(Self.wait(throttle, at: Self.second) == 59)
  }

  @Test("a newcomer takes the place of the one with the fewest failures, or of a forgotten one")
  func replacement() {
    var throttle = LoginThrottle()
    // More pairs than places, each with three failures: all places are taken.
    var random = SplitMix64(seed: 52)
    for _ in 0..<50_000 {
      let address = random.next()
      for _ in 0..<3 { throttle.recordFailure(address: address, tenant: 0, nowNanoseconds: 0) }
    }
    // In turns, so that each has one failure when the next one comes.
    let late = ThrottleLimits.memory.nanoseconds
    for _ in 0..<6 {
      for address in 0..<500 as Range<UInt64> {
        throttle.recordFailure(address: address, tenant: 4, nowNanoseconds: late)
      }
    }
    let waiting = (0..<500 as Range<UInt64>).count { Self.wait(throttle, $0, 4, at: late) == 1 }
    #expect(waiting == 500)
  }

  @Test("thousands that fail are all watched at once")
  func capacity() {
    var throttle = LoginThrottle()
    let pairs = UInt64(ThrottleLimits.places / 4)
    for address in 0..<pairs {
      for _ in 0..<6 { throttle.recordFailure(address: address, tenant: 7, nowNanoseconds: 0) }
    }
    let waiting = (0..<pairs).count { Self.wait(throttle, $0, 7, at: 0) > 0 }
    #expect(waiting * 100 >= Int(pairs) * 99, "\(waiting) of \(pairs)")
  }
}
