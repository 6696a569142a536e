import Routing
import Testing

@testable import DataPlane

@Suite("A drain's schedule")
struct DrainScheduleTests {
  private static let plan = DrainPlan(
    keepAccepting: .seconds(90), spread: .seconds(30), deadline: .seconds(300))

  private static func at(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1_000_000_000_000 + UInt64(seconds * 1e9))
  }

  private static func ordered(_ plan: DrainPlan = plan) -> DrainSchedule {
    var schedule = DrainSchedule()
    schedule.order(plan, now: at(0))
    return schedule
  }

  /// Takes all steps that are due.
  private static func advance(_ schedule: inout DrainSchedule, to seconds: Double) {
    while schedule.advance(to: at(seconds)) {}
  }

  @Test("goes from stage to stage as its times pass, and never back")
  func stages() {
    var schedule = Self.ordered()
    let expected: [(Double, DrainSchedule.Stage)] = [
      (0, .announced), (89.9, .announced), (90, .leaving), (120, .leaving), (299.9, .leaving),
      (300, .over), (301, .over),
    ]
    for (seconds, stage) in expected {
      Self.advance(&schedule, to: seconds)
      #expect(schedule.stage == stage, "after \(seconds) s")
    }
  }

  @Test("has the slots come due in equal parts over the spread, and none before accepting ends")
  func spread() {
    var schedule = Self.ordered()
    for (seconds, due) in [
      (0.0, 0), (89, 0), (90, 0), (105, 500), (117, 900), (120, 1000), (200, 1000),
    ] {
      Self.advance(&schedule, to: seconds)
      #expect(schedule.slotsDue(of: 1000, at: Self.at(seconds)) == due, "after \(seconds) s")
    }
  }

  @Test("without a spread has all slots come due at once")
  func noSpread() {
    var schedule = Self.ordered(DrainPlan(keepAccepting: .zero, spread: .zero))
    Self.advance(&schedule, to: 0)
    #expect(schedule.slotsDue(of: 7, at: Self.at(0)) == 7)
  }

  @Test("is hastened by a second order, and never delayed")
  func secondOrder() {
    var schedule = Self.ordered()
    schedule.order(
      DrainPlan(keepAccepting: .zero, spread: .seconds(60), deadline: .seconds(600)),
      now: Self.at(10))
    Self.advance(&schedule, to: 10)
    #expect(schedule.stage == .leaving)
    #expect(schedule.slotsDue(of: 100, at: Self.at(40)) == 100)
    #expect(schedule.deadline == Self.at(300))
  }

  @Test("that has a deadline before accepting would end comes to its end at the deadline")
  func earlyDeadline() {
    var schedule = Self.ordered(DrainPlan(keepAccepting: .seconds(90), deadline: .seconds(5)))
    Self.advance(&schedule, to: 5)
    #expect(schedule.stage == .over)
  }

  @Test(
    "has itself looked at when something changes, and not at all before an order or after the end")
  func looks() {
    var schedule = DrainSchedule()
    #expect(schedule.nextLook(now: Self.at(0)) == nil)
    schedule.order(Self.plan, now: Self.at(0))
    #expect(schedule.nextLook(now: Self.at(1)) == Self.at(90))
    Self.advance(&schedule, to: 90)
    #expect(schedule.nextLook(now: Self.at(90)) == Self.at(90).advanced(by: DrainLimits.look))
    #expect(schedule.nextLook(now: Self.at(299.99)) == Self.at(300))
    schedule.end()
    #expect(schedule.nextLook(now: Self.at(300)) == nil)
  }
}
