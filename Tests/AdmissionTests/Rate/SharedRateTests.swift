import Routing
import Synchronization
import Testing

@testable import Admission

@Suite struct SharedRateTests {
  @Test(
    "one worker takes what the exact algorithm admits",
    arguments: [(1, 1), (3, 5), (500, 100), (99_991, 7), (9_999_991, 1_000)])
  func exact(_ rate: UInt32, _ burst: UInt32) {
    let limit = RateLimit(perSecond: rate, burst: burst)
    let word = Atomic<UInt64>(0)
    var model = GCRA(perSecond: rate, burst: burst)
    var random = RandomSource(seed: UInt64(rate))
    var now: UInt64 = 1_000_000_000
    var (taken, modelled) = (0, 0)
    for _ in 0..<20_000 {
      now += UInt64(random.index(below: 3 * 1_000_000_000 / Int(rate) + 2))
      let time = MonotonicTime(nanoseconds: now)
      if SharedRate.takeOne(from: word, limit: limit, now: time) == nil { taken += 1 }
      if model.admit(now: time) == nil { modelled += 1 }
      #expect(taken <= modelled)
    }
    // Its period is rounded up to a 64th of a nanosecond.
    #expect(modelled - taken <= 1 + modelled * Int(rate) / 64_000_000_000 * 2)
  }

  /// Steps of several workers in a random order: what an exchange does is one step, so that this is
  /// every interleaving that there can be.
  @Test("whatever the order of steps, never more than rate · t + burst are out", arguments: 0..<200)
  func interleavings(_ seed: Int) {
    var random = RandomSource(seed: UInt64(seed))
    let rate = [1, 10, 333, 5_000, 1_000_000][random.index(below: 5)]
    let burst = [1, 2, 10, 500, 10_000][random.index(below: 5)]
    let workers = 1 + random.index(below: 5)
    let limit = RateLimit(perSecond: UInt32(rate), burst: UInt32(burst))
    let word = Atomic<UInt64>(0)
    let start: UInt64 = 123_456_789
    var now = start
    var held = [UInt64](repeating: 0, count: workers)
    var out: UInt64 = 0
    for _ in 0..<2_000 {
      if random.index(below: 4) == 0 { now += UInt64(random.index(below: 5_000_000_000 / rate)) }
      let worker = random.index(below: workers)
      switch random.index(below: 4) {
      case 0:
        SharedRate.giveBack(held[worker], to: word, limit: limit)
        out -= held[worker]
        held[worker] = 0
      case 1:
        held[worker] /= 2
      default:
        // A worker's clock may be a little behind.
        let time = MonotonicTime(nanoseconds: now - UInt64(random.index(below: 1_000)))
        let taken = SharedRate.takeSlice(
          from: word, limit: limit, workers: UInt64(workers), now: time)
        held[worker] += taken.events
        out += taken.events
      }
      let most = Double(now - start + 1_000) * Double(rate) / 1e9 + Double(burst)
      #expect(Double(out) <= most + 1e-6)
    }
  }

  @Test("all of a burst can be had by workers in turn, none of which locks it up", arguments: 1...8)
  func smallLimits(_ workers: Int) {
    let limit = RateLimit(perSecond: 1, burst: UInt32(workers))
    let word = Atomic<UInt64>(0)
    for _ in 0..<workers {
      let taken = SharedRate.takeSlice(
        from: word, limit: limit, workers: UInt64(workers), now: milliseconds(10))
      #expect(taken.events == 1)
    }
    #expect(
      SharedRate.takeSlice(
        from: word, limit: limit, workers: UInt64(workers), now: milliseconds(10)
      ).until == milliseconds(1_010))
  }

  @Test("no share at all lets nothing through, and is asked again after a second")
  func nothing() {
    let word = Atomic<UInt64>(0)
    let limit = RateLimit(perSecond: 0, burst: 5)
    #expect(
      SharedRate.takeOne(from: word, limit: limit, now: milliseconds(1)) == milliseconds(1_001))
  }

  @Test("bytes rest what they are over a second's worth, and ten minutes at most")
  func bytes() {
    let word = Atomic<UInt64>(0)
    let now = milliseconds(1_000)
    SharedRate.charge(1_000, to: word, perSecond: 1_000, now: now)
    #expect(SharedRate.rest(word, now: now) == nil)
    SharedRate.charge(500, to: word, perSecond: 1_000, now: now)
    #expect(SharedRate.rest(word, now: now) == milliseconds(1_500))
    #expect(SharedRate.rest(word, now: milliseconds(1_500)) == nil)
    SharedRate.charge(.max, to: word, perSecond: 1, now: now)
    #expect(SharedRate.rest(word, now: now) == milliseconds(1_000 + 599_000))
  }
}
