import Pooling
import Routing
import Testing

@Suite struct OpeningDecisionTests {
  private static let now = MonotonicTime(nanoseconds: 1_000_000_000_000)

  private static func limits(
    minimum: Int = 0, maximum: Int = 10, openingAtOnce: Int = 3
  ) -> PoolLimits {
    var limits = PoolLimits()
    limits.minimum = minimum
    limits.maximum = maximum
    limits.openingAtOnce = openingAtOnce
    return limits
  }

  @Test(
    arguments: [
      // Nobody waits.
      (PoolCounts(), 0, .enough), (PoolCounts(idle: 1, busy: 3), 0, .enough),
      // One link for each who waits, and has none that is idle or on its way.
      (PoolCounts(waiting: 1), 0, .open(1)), (PoolCounts(returning: 1, waiting: 1), 0, .enough),
      (PoolCounts(returning: 4, waiting: 6), 0, .open(2)),
      (PoolCounts(busy: 4, waiting: 2), 0, .open(2)),
      (PoolCounts(idle: 1, waiting: 1), 0, .enough),
      (PoolCounts(busy: 1, opening: 1, waiting: 1), 0, .enough),
      (PoolCounts(busy: 1, opening: 1, waiting: 2), 0, .open(1)),
      // Not more than may open at a time.
      (PoolCounts(waiting: 100), 0, .open(3)), (PoolCounts(opening: 2, waiting: 100), 0, .open(1)),
      (PoolCounts(opening: 3, waiting: 100), 0, .opensEnough),
      // Not more than the maximum.
      (PoolCounts(busy: 9, waiting: 100), 0, .open(1)),
      (PoolCounts(busy: 8, opening: 1, waiting: 100), 0, .open(1)),
      (PoolCounts(busy: 10, waiting: 1), 0, .poolIsFull),
      (PoolCounts(busy: 12, waiting: 1), 0, .poolIsFull),
      (PoolCounts(busy: 8, returning: 2, waiting: 3), 0, .poolIsFull),
      // The minimum, whoever waits.
      (PoolCounts(), 2, .open(2)), (PoolCounts(busy: 1), 2, .open(1)),
      (PoolCounts(busy: 1, opening: 1), 2, .enough), (PoolCounts(), 5, .open(3)),
      (PoolCounts(busy: 2), 2, .enough), (PoolCounts(idle: 10), 50, .enough),
    ] as [(PoolCounts, Int, OpeningDecision)])
  func `links are opened for those who wait and to the minimum, within the limits`(
    counts: PoolCounts, minimum: Int, expected: OpeningDecision
  ) {
    let limits = Self.limits(minimum: minimum)
    #expect(counts.opening(limits, backOff: PoolBackOff(), now: Self.now) == expected)
  }

  @Test func `after a failure the pool waits, then tries with one link until that is open`() {
    let limits = Self.limits()
    var backOff = PoolBackOff()
    backOff.failed(at: Self.now, limits)
    let retry = Self.now.advanced(byNanoseconds: 50_000_000)
    let waiting = PoolCounts(waiting: 5)
    #expect(waiting.opening(limits, backOff: backOff, now: Self.now) == .coolingUntil(retry))
    let justBefore = MonotonicTime(nanoseconds: retry.nanoseconds - 1)
    #expect(waiting.opening(limits, backOff: backOff, now: justBefore) == .coolingUntil(retry))
    #expect(waiting.opening(limits, backOff: backOff, now: retry) == .open(1))
    let trying = PoolCounts(opening: 1, waiting: 5)
    #expect(trying.opening(limits, backOff: backOff, now: retry) == .opensEnough)
    backOff.succeeded()
    #expect(trying.opening(limits, backOff: backOff, now: retry) == .open(2))
  }

  @Test func `each failure in a row doubles the pause, up to the longest`() {
    var backOff = PoolBackOff()
    let waited = [50, 100, 200, 400, 500, 500, 500, 500, 500, 500]
    let unwaited = [50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000]
    for (retry, refill) in zip(waited, unwaited) {
      backOff.failed(at: Self.now, PoolLimits())
      #expect(backOff.retryAt.nanoseconds(since: Self.now) == UInt64(retry) * 1_000_000)
      #expect(backOff.refillAt.nanoseconds(since: Self.now) == UInt64(refill) * 1_000_000)
    }
    for _ in 0..<100 { backOff.failed(at: Self.now, PoolLimits()) }
    #expect(backOff.retryAt.nanoseconds(since: Self.now) == 500_000_000)
    #expect(backOff.refillAt.nanoseconds(since: Self.now) == 15_000_000_000)
    #expect(backOff.failures == 110)
  }

  @Test func `a row of failures began with its first, and is over with the first success`() {
    var backOff = PoolBackOff()
    let later = Self.now.advanced(byNanoseconds: 7)
    backOff.failed(at: Self.now, PoolLimits())
    backOff.failed(at: later, PoolLimits())
    #expect(backOff.failingSince == Self.now)
    backOff.succeeded()
    #expect(backOff == PoolBackOff())
    backOff.failed(at: later, PoolLimits())
    #expect(backOff.failingSince == later)
  }

  @Test func `the minimum is tried again later than what somebody waits for`() {
    let limits = Self.limits(minimum: 2)
    var backOff = PoolBackOff()
    for _ in 0..<8 { backOff.failed(at: Self.now, limits) }
    let refill = Self.now.advanced(byNanoseconds: 6_400_000_000)
    let retry = Self.now.advanced(byNanoseconds: 500_000_000)
    #expect(PoolCounts().opening(limits, backOff: backOff, now: retry) == .coolingUntil(refill))
    #expect(PoolCounts(waiting: 1).opening(limits, backOff: backOff, now: retry) == .open(1))
    #expect(PoolCounts().opening(limits, backOff: backOff, now: refill) == .open(1))
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `no decision breaks a limit, and none leaves out what it could do`(seed: UInt64) {
    var random = RandomSource(seed: seed)
    for _ in 0..<1_000 {
      let limits = Self.limits(
        minimum: random.index(below: 6), maximum: random.index(below: 8),
        openingAtOnce: random.index(below: 4))
      let counts = PoolCounts(
        idle: random.index(below: 3), busy: random.index(below: 5),
        opening: random.index(below: 4), returning: random.index(below: 3),
        waiting: random.index(below: 6))
      let lacks =
        counts.waiting > counts.idle + counts.opening + counts.returning
        || counts.links < min(limits.minimum, limits.maximum)
      let mayOpen =
        counts.links < limits.maximum && counts.opening < limits.openingAtOnce
      let decision = counts.opening(limits, backOff: PoolBackOff(), now: Self.now)
      switch decision {
      case .open(let count):
        #expect(count >= 1 && lacks)
        #expect(counts.links + count <= limits.maximum)
        #expect(counts.opening + count <= limits.openingAtOnce)
      case .enough: #expect(!lacks)
      default: #expect(lacks && !mayOpen)
      }
    }
  }
}
