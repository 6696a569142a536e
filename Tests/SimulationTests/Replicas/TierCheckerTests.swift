import ShardMap
import Testing

@testable import Simulation

/// The checker of tiers rejects the histories that it has to, and no others.
@Suite("Tier checker")
struct TierCheckerTests {
  typealias Event = TierChecker.Event

  struct History: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let events: [Event]
    var violation: TierChecker.Violation?

    init(_ title: String, _ events: [Event], _ violation: TierChecker.Violation? = nil) {
      (testDescription, self.events, self.violation) = (title, events, violation)
    }
  }

  private static let second: UInt64 = 1_000_000_000

  /// A commit of `a` at a second.
  private static func commit(
    _ position: UInt64, _ time: UInt64, by instance: String = "a", epoch: UInt64 = 1
  ) -> Event {
    .committed(
      shard: "s", position: position, instance: instance, epoch: epoch, at: time * second)
  }

  private static func told(_ session: Int, _ position: UInt64) -> Event {
    .acknowledged(session: session, shard: "s", position: position)
  }

  private static func asked(_ tier: Consistency, by session: Int, at time: UInt64) -> Event {
    .asked(read: 7, session: session, shard: "s", tier: tier, at: time * second)
  }

  private static func ran(_ position: UInt64) -> Event { .ran(read: 7, position: position) }

  private static func stale(_ position: UInt64, _ required: UInt64) -> TierChecker.Violation {
    .staleRead(read: 7, position: position, required: required)
  }

  private static let writes = [commit(10, 1), commit(20, 2), commit(30, 3)]
  private static let bounded = Consistency.bounded(milliseconds: 2_000)

  private static let histories: [History] = [
    History(
      "a strong read finds what another session was told",
      writes + [told(1, 20), asked(.strong, by: 2, at: 4), ran(20)]),
    History(
      "a strong read must not miss it",
      writes + [told(1, 20), asked(.strong, by: 2, at: 4), ran(10)], stale(10, 20)),
    History(
      "a strong read may miss what nobody was told of",
      writes + [told(1, 20), asked(.strong, by: 2, at: 4), told(1, 30), ran(20)]),
    History(
      "a session read finds what its session was told",
      writes + [told(1, 20), asked(.session, by: 1, at: 4), ran(30)]),
    History(
      "a session read must not miss it",
      writes + [told(1, 20), asked(.session, by: 1, at: 4), ran(19)], stale(19, 20)),
    History(
      "a session read may miss what others were told",
      writes + [told(1, 20), asked(.session, by: 2, at: 4), ran(0)]),
    History(
      "unless it was given the position",
      writes
        + [
          told(1, 20), .given(session: 2, shard: "s", position: 20),
          asked(.session, by: 2, at: 4), ran(10),
        ], stale(10, 20)),
    History(
      "what was told on another shard is no matter",
      writes
        + [
          .acknowledged(session: 1, shard: "t", position: 99), asked(.session, by: 1, at: 4),
          ran(0),
        ]),
    History(
      "a bounded read may be as old as its bound", writes + [asked(bounded, by: 2, at: 4), ran(10)]),
    History(
      "a bounded read must not be older",
      writes + [asked(bounded, by: 2, at: 5), ran(10)], stale(10, 20)),
    History(
      "before the first bound has passed it may find nothing",
      writes + [asked(bounded, by: 2, at: 1), ran(0)]),
    History(
      "an eventual read may find nothing",
      writes + [told(2, 30), asked(.eventual, by: 2, at: 99), ran(0)]),
    History(
      "but nothing that never was", writes + [asked(.eventual, by: 2, at: 99), ran(31)],
      .unknownPosition(read: 7, position: 31)),
    History(
      "a read runs once", writes + [asked(.eventual, by: 2, at: 4), ran(10), ran(10)],
      .ranTwice(read: 7)),
    History("a read was asked for", writes + [ran(10)], .neverAsked(read: 7)),
    History(
      "two instances don't write in an epoch", [commit(10, 1), commit(20, 2, by: "b")],
      .twoPrimaries(shard: "s", epoch: 1)),
    History(
      "one takes over with the next", [commit(10, 1), commit(20, 2, by: "b", epoch: 2)]),
    History(
      "and the old one writes no more",
      [commit(10, 1), commit(20, 2, by: "b", epoch: 2), commit(30, 3)],
      .lostOrder(shard: "s", position: 30)),
    History(
      "a log grows", [commit(10, 1), commit(10, 2)], .lostOrder(shard: "s", position: 10)),
  ]

  private static func degraded(_ mode: ServiceMode) -> Event { .degraded(read: 7, mode: mode) }

  private static let historiesInModes: [History] = [
    History(
      "eventual-only takes from a strong read what it has to find",
      writes + [told(1, 20), asked(.strong, by: 2, at: 4), degraded(.eventualOnly), ran(0)]),
    History(
      "read-only and paused take nothing from it",
      writes + [
        told(1, 20), asked(.strong, by: 2, at: 4), degraded(.readOnly), degraded(.paused), ran(10),
      ], stale(10, 20)),
    History(
      "relaxed widens a bound",
      writes + [asked(bounded, by: 2, at: 5), degraded(.relaxed), ran(10)]),
    History(
      "as far as it is widened, and no further",
      writes + [asked(bounded, by: 2, at: 6), degraded(.relaxed), ran(10)], stale(10, 20)),
    History(
      "relaxed takes nothing from a session's read",
      writes + [told(1, 20), asked(.session, by: 1, at: 4), degraded(.relaxed), ran(10)],
      stale(10, 20)),
  ]

  @Test("histories in modes", arguments: historiesInModes)
  func modes(history: History) {
    var checker = TierChecker(relaxedBoundMilliseconds: 3_000)
    let violations = history.events.compactMap { checker.observe($0) }
    #expect(violations == [history.violation].compactMap(\.self))
  }

  @Test("histories", arguments: histories)
  func table(history: History) {
    var checker = TierChecker()
    let violations = history.events.compactMap { checker.observe($0) }
    #expect(violations == [history.violation].compactMap(\.self))
  }

  @Test("what is required is what was known when it was asked, however late it runs")
  func moment() {
    var checker = TierChecker()
    for event in Self.writes + [Self.told(1, 10), Self.asked(.session, by: 1, at: 4)] {
      let violation = checker.observe(event)
      #expect(violation == nil)
    }
    _ = checker.observe(Self.told(1, 30))
    let violation = checker.observe(Self.ran(10))
    #expect(violation == nil && checker.judged == 1 && checker.demanding == 1)
  }
}
