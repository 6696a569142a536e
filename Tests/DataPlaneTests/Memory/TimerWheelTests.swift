import RandomNumbers
import Routing
import Testing

@testable import DataPlane

@Suite("Timer wheel")
struct TimerWheelTests {
  private static let tick = TimerWheel.tickNanoseconds
  private static let span = tick * UInt64(TimerWheel.bucketCount)

  private func time(_ nanoseconds: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds)
  }

  /// Takes all slots that are due.
  private func expired(_ wheel: inout TimerWheel, at now: UInt64) -> [UInt32] {
    var slots: [UInt32] = []
    while let slot = wheel.nextExpired(now: time(now)) { slots.append(slot) }
    return slots
  }

  @Test(
    "a deadline is never early and at most one tick late, also beyond the wheel's span",
    arguments: [
      0, 1, tick - 1, tick, tick + 1, span - 1, span, span + 1, 3 * span + 7, 1_000 * span,
    ])
  func precision(delay: UInt64) throws {
    let start: UInt64 = 12_345_678_901
    var wheel = TimerWheel(capacity: 4, now: time(start))
    wheel.set(2, to: time(start + delay))
    let early = expired(&wheel, at: start + delay)
    #expect(early.isEmpty)
    let due = expired(&wheel, at: start + delay + Self.tick)
    #expect(due == [2])
    let wake = wheel.nextWake
    #expect(wake == nil)
  }

  @Test("sleeping until nextWake, as a worker does, meets a far deadline in one tick")
  func sleeping() throws {
    let deadline = 5 * Self.span + 17
    var wheel = TimerWheel(capacity: 1, now: time(0))
    wheel.set(0, to: time(deadline))
    var now: UInt64 = 0
    var wakes = 0
    while expired(&wheel, at: now).isEmpty {
      let next = wheel.nextWake
      let wake = try #require(next).nanoseconds
      #expect(wake > now, "a worker would spin")
      now = wake
      wakes += 1
    }
    #expect(now > deadline && now <= deadline + Self.tick)
    #expect(wakes <= 7, "an idle worker is woken about once a round, not once a tick")
  }

  @Test("a deadline that is set again replaces the one before; a cleared one never comes")
  func resetting() {
    var wheel = TimerWheel(capacity: 4, now: time(0))
    wheel.set(1, to: time(Self.tick))
    wheel.set(1, to: time(10 * Self.tick))
    wheel.set(3, to: time(Self.tick))
    wheel.clear(3)
    wheel.clear(3)
    let early = expired(&wheel, at: 10 * Self.tick)
    let due = expired(&wheel, at: 11 * Self.tick)
    let wake = wheel.nextWake
    #expect(early.isEmpty && due == [1] && wake == nil)
  }

  @Test("a deadline in the past is due with the next tick")
  func past() {
    var wheel = TimerWheel(capacity: 1, now: time(0))
    _ = expired(&wheel, at: 100 * Self.tick)
    wheel.set(0, to: time(3 * Self.tick))
    let due = expired(&wheel, at: 101 * Self.tick)
    #expect(due == [0])
  }

  @Test("does what a dictionary of deadlines does", arguments: 0..<12 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var now = UInt64.random(in: 0...Self.span * 3, using: &random)
    var wheel = TimerWheel(capacity: 64, now: time(now))
    var model: [UInt32: UInt64] = [:]
    for _ in 0..<3_000 {
      let slot = UInt32.random(in: 0..<64, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<4:
        let reach = [Self.tick, 20 * Self.tick, Self.span, 4 * Self.span].randomElement(
          using: &random)!
        model[slot] = now + UInt64.random(in: 0...reach, using: &random)
        wheel.set(slot, to: time(model[slot]!))
      case 4:
        model[slot] = nil
        wheel.clear(slot)
      default:
        now += jump(&random)
        check(expired(&wheel, at: now), against: &model, now: now)
      }
      let wake = wheel.nextWake
      #expect((wake == nil) == model.isEmpty)
    }
  }

  private func jump(_ random: inout SplitMix64) -> UInt64 {
    let far = Int.random(in: 0..<50, using: &random) == 0
    return UInt64.random(in: 0...(far ? 2 * Self.span : 3 * Self.tick), using: &random)
  }

  private func check(_ slots: [UInt32], against model: inout [UInt32: UInt64], now: UInt64) {
    for slot in slots {
      let deadline = model.removeValue(forKey: slot)
      #expect(deadline != nil && deadline! <= now, "slot \(slot) came early, or twice")
    }
    for (slot, deadline) in model {
      #expect(deadline + Self.tick > now, "slot \(slot) is late")
    }
  }
}
