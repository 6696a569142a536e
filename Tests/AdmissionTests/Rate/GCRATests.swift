import Routing
import Testing

@Suite struct GCRATests {
  @Test(
    "the whole burst may come at once, and not one more",
    arguments: [1, 2, 7, 100, 65_536] as [UInt32])
  func burst(_ burst: UInt32) {
    for rate in [1, 3, 999, 10_000_000] as [UInt32] {
      var gcra = GCRA(perSecond: rate, burst: burst)
      let now = milliseconds(1_000)
      for _ in 0..<burst { #expect(gcra.admit(now: now) == nil) }
      #expect(
        gcra.admit(now: now)
          == now.advanced(byNanoseconds: (1_000_000_000 + UInt64(rate) - 1) / UInt64(rate)))
    }
  }

  @Test(
    "in the long run it admits its rate exactly, however odd",
    arguments: [1, 3, 7, 333, 999_983, 9_999_991] as [UInt32])
  func longRun(_ rate: UInt32) {
    // In steps that have nothing to do with the rate, for as long as a million events take.
    var gcra = GCRA(perSecond: rate, burst: 1_000)
    var admitted: UInt64 = 0
    let end = 1_000_000 * 1_000_000_000 / UInt64(rate)
    let step = max(1, end / 99_991)
    var now: UInt64 = 0
    while now <= end {
      while gcra.admit(now: MonotonicTime(nanoseconds: now)) == nil { admitted += 1 }
      now += step
    }
    let last = now - step
    // Events that began by the last time: one at each period's end, and the burst.
    let (high, low) = last.multipliedFullWidth(by: UInt64(rate))
    let periods = (1_000_000_000 as UInt64).dividingFullWidth((high, low)).quotient
    #expect(admitted == periods + 1_000)
  }

  @Test("an event that is refused conforms at the time told, and not a nanosecond before")
  func told() throws {
    for rate in [1, 3, 7, 1_001, 3_000_017] as [UInt32] {
      var gcra = GCRA(perSecond: rate, burst: 2)
      var now = milliseconds(5)
      for _ in 0..<1_000 {
        while let until = gcra.admit(now: now) {
          var earlier = gcra
          #expect(earlier.admit(now: MonotonicTime(nanoseconds: until.nanoseconds - 1)) != nil)
          var then = gcra
          #expect(then.admit(now: until) == nil)
          now = until
        }
      }
    }
  }

  @Test("a clock that jumps forward gives one burst, one that steps back gives nothing")
  func jumps() {
    var gcra = GCRA(perSecond: 10, burst: 3)
    func all(_ now: MonotonicTime) -> Int {
      var count = 0
      while gcra.admit(now: now) == nil { count += 1 }
      return count
    }
    #expect(all(milliseconds(1_000)) == 3)
    #expect(all(milliseconds(500)) == 0)
    #expect(all(milliseconds(1_100)) == 1)
    #expect(all(milliseconds(1_000_000_000)) == 3)
    #expect(all(MonotonicTime(nanoseconds: .max)) <= 3)
  }

  @Test("more than the burst never conform together")
  func tooMany() {
    var gcra = GCRA(perSecond: 10, burst: 3)
    #expect(gcra.admit(4, now: .origin) == MonotonicTime(nanoseconds: .max))
    #expect(gcra.admit(3, now: .origin) == nil)
    #expect(gcra.admit(2, now: .origin) == milliseconds(200))
  }
}
