import RandomNumbers
import Routing
import Testing

@testable import DataPlane

@Suite("Spacing of refreshes")
struct RefreshSpacingTests {
  private static let space = FreshnessLimits.betweenRefreshes.wholeNanoseconds

  private static func time(_ nanoseconds: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds)
  }

  @Test(
    "a wish is granted at once, the next one of its cause when the time has passed",
    arguments: [1, 5, 1_000_000_000_000] as [UInt64],
    [.shard(0), .shard(77), .shard(.max), .unknownTenant] as [RefreshCause])
  func oneCause(start: UInt64, cause: RefreshCause) {
    var spacing = RefreshSpacing()
    let due = Self.time(start + Self.space)
    #expect(spacing.wish(cause, now: Self.time(start)) == nil)
    #expect(spacing.nextDue == nil, "nothing was put off")
    #expect(spacing.wish(cause, now: Self.time(start)) == due)
    #expect(spacing.wish(cause, now: Self.time(due.nanoseconds - 1)) == due)
    #expect(spacing.nextDue == due)
    #expect(spacing.takeDue(now: Self.time(due.nanoseconds - 1)) == false)
    #expect(spacing.takeDue(now: due) == true, "two wishes are made up for")
    #expect(spacing.takeDue(now: due) == false, "by one refresh")
    #expect(spacing.nextDue == nil)
    // What was made up for counts like any other.
    #expect(spacing.wish(cause, now: due) == Self.time(due.nanoseconds + Self.space))
  }

  @Test("a wish at the clock's origin counts, too")
  func origin() throws {
    var spacing = RefreshSpacing()
    #expect(spacing.wish(.unknownTenant, now: .origin) == nil)
    let answer = spacing.wish(.unknownTenant, now: .origin)
    let due = try #require(answer)
    #expect(due.nanoseconds >= Self.space)
  }

  @Test("a wish at the moment that another was put off to is granted, and makes up for it")
  func atTheMoment() throws {
    var spacing = RefreshSpacing()
    _ = spacing.wish(.shard(3), now: Self.time(1))
    let answer = spacing.wish(.shard(3), now: Self.time(2))
    let due = try #require(answer)
    #expect(spacing.wish(.shard(3), now: due) == nil)
    #expect(spacing.nextDue == nil)
    #expect(spacing.takeDue(now: Self.time(due.nanoseconds + Self.space)) == false)
  }

  struct Pair: Sendable {
    let one: RefreshCause
    let other: RefreshCause
    let isOne: Bool
  }

  private static let apart = UInt64(FreshnessLimits.shardsApart)

  @Test(
    "causes don't hinder each other, but shards that share a place",
    arguments: [
      Pair(one: .shard(1), other: .shard(2), isOne: false),
      Pair(one: .shard(1), other: .shard(1 + apart), isOne: true),
      Pair(one: .shard(1), other: .shard(1 + 1000 * apart), isOne: true),
      Pair(one: .shard(0), other: .unknownTenant, isOne: false),
      Pair(one: .shard(apart), other: .unknownTenant, isOne: false),
      Pair(one: .unknownTenant, other: .shard(apart - 1), isOne: false),
    ])
  func causes(_ pair: Pair) {
    var spacing = RefreshSpacing()
    #expect(spacing.wish(pair.one, now: Self.time(1)) == nil)
    #expect((spacing.wish(pair.other, now: Self.time(1)) != nil) == pair.isOne)
  }

  @Test("wishes that were put off come due one after the other, those of one moment together")
  func order() {
    var spacing = RefreshSpacing()
    for (cause, asked) in [
      (.shard(1), 10), (.shard(2), 30), (.unknownTenant, 20), (.shard(3), 30),
    ] as [(RefreshCause, UInt64)] {
      _ = spacing.wish(cause, now: Self.time(asked))
      _ = spacing.wish(cause, now: Self.time(40))
    }
    for asked in [10, 20, 30] as [UInt64] {
      let due = Self.time(asked + Self.space)
      #expect(spacing.nextDue == due)
      #expect(spacing.takeDue(now: due) == true)
    }
    #expect(spacing.nextDue == nil)
  }

  @Test("never two too close for a cause, and no wish is lost", arguments: 0..<20 as Range<UInt64>)
  func anyWishes(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var spacing = RefreshSpacing()
    let causes: [RefreshCause] = [.shard(1), .shard(2), .unknownTenant]
    var granted: [Int: UInt64] = [:]
    var pending: [Int: UInt64] = [:]
    var now: UInt64 = 1
    for _ in 0..<1000 {
      now += UInt64.random(in: 0...Self.space / 2, using: &random)
      let due = pending.filter { $0.value <= now }
      #expect(spacing.takeDue(now: Self.time(now)) == !due.isEmpty)
      for number in due.keys {
        pending[number] = nil
        granted[number] = now
      }
      let number = Int.random(in: 0..<causes.count, using: &random)
      let earliest = granted[number].map { $0 + Self.space } ?? 0
      let answer = spacing.wish(causes[number], now: Self.time(now))
      #expect(answer == (now < earliest ? Self.time(earliest) : nil))
      if answer == nil { granted[number] = now } else { pending[number] = earliest }
      #expect(spacing.nextDue == pending.values.min().map(Self.time))
    }
  }
}
