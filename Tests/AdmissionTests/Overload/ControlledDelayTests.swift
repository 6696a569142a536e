import Routing
import Testing

@testable import Admission

@Suite("A controlled delay")
struct ControlledDelayTests {
  private static let target: UInt64 = 5
  private static let interval: UInt64 = 100

  private func ask(_ delay: inout ControlledDelay, wait: UInt64, at now: UInt64) -> Bool {
    delay.drops(
      afterWaiting: wait, target: Self.target, interval: Self.interval,
      now: MonotonicTime(nanoseconds: now))
  }

  /// When the front is dropped, of a queue whose front has always waited so long and comes once a
  /// nanosecond.
  private func drops(until end: UInt64, wait: (UInt64) -> UInt64) -> [UInt64] {
    var delay = ControlledDelay()
    return (1...end).filter { ask(&delay, wait: wait($0), at: $0) }
  }

  @Test("drops nobody while the front has waited less than the target")
  func short() { #expect(drops(until: 5_000) { _ in 4 }.isEmpty) }

  @Test("drops nobody for a burst that is over within an interval")
  func burst() {
    // Ninety long waits, then a short one, again and again.
    #expect(drops(until: 5_000) { $0 % 90 == 0 ? 0 : 50 }.isEmpty)
  }

  @Test("drops first after an interval, and then by the square-root law of RFC 8289")
  func law() {
    let found = drops(until: 1_000) { _ in 50 }
    var expected: [UInt64] = [101]
    var next = 101.0
    for count in 1... {
      next += (100 / Double(count).squareRoot()).rounded(.down)
      guard next <= 1_000 else { break }
      expected.append(UInt64(next))
    }
    #expect(found == expected && found.count > 20)
  }

  @Test("stops with the first front that has waited less than the target")
  func stops() {
    var delay = ControlledDelay()
    for now in 1...150 as ClosedRange<UInt64> { _ = ask(&delay, wait: 50, at: now) }
    #expect(delay.isDropping)
    let hasDropped = ask(&delay, wait: 4, at: 151)
    #expect(!hasDropped && !delay.isDropping)
    // It needs a whole interval again.
    let later = (152...251 as ClosedRange<UInt64>).filter { ask(&delay, wait: 50, at: $0) }
    #expect(later.isEmpty)
    let then = ask(&delay, wait: 50, at: 252)
    #expect(then)
  }

  @Test("goes on at the rate where it stopped a moment ago, and begins anew after a long time")
  func remembers() {
    for (pause, isFaster) in [(10, true), (1_601, false)] as [(UInt64, Bool)] {
      var delay = ControlledDelay()
      var now: UInt64 = 1
      while now < 900 {
        _ = ask(&delay, wait: 50, at: now)
        now += 1
      }
      delay.forget()
      now += pause
      var found: [UInt64] = []
      while found.count < 2 {
        if ask(&delay, wait: 50, at: now) { found.append(now) }
        now += 1
      }
      #expect((found[1] - found[0] < 100) == isFaster, "\(found)")
    }
  }

  @Test(
    "a queue that is served too slowly ends up near its target, whatever its seed",
    arguments: 1...20)
  func converges(seed: UInt64) {
    // More come than are served, by three to ten in a hundred: as many must be dropped.
    var random = RandomSource(seed: seed)
    var delay = ControlledDelay()
    let serviceNanoseconds: UInt64 = 1_000_000
    let gap = serviceNanoseconds * UInt64(Int.random(in: 91...97, using: &random)) / 100
    var queue: [UInt64] = []
    var (now, nextArrival): (UInt64, UInt64) = (0, 0)
    var late: [UInt64] = []
    while now < 20_000_000_000 {
      now += serviceNanoseconds
      while nextArrival <= now {
        queue.append(nextArrival)
        nextArrival += gap
      }
      while let front = queue.first {
        queue.removeFirst()
        let isDropped = delay.drops(
          afterWaiting: now - front, target: 20_000_000, now: MonotonicTime(nanoseconds: now))
        if isDropped { continue }
        if now > 15_000_000_000 { late.append(now - front) }
        break
      }
    }
    let sorted = late.sorted()
    #expect(sorted.count > 4_000, "it goes on serving")
    #expect(sorted[sorted.count / 2] < 100_000_000, "half wait less than five targets")
  }
}
