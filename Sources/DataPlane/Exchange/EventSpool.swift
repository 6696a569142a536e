public import ShardMap

/// Events of a router that the control plane hasn't taken yet, numbered and bounded. No IO.
///
/// Numbers begin at the microsecond of the router's start, so those of a later process are greater; where
/// the clock was set back meanwhile, ``take(upTo:)`` says so and the numbers go on behind.
public struct EventSpool: Sendable {
  /// Events that were dropped because there was no room.
  public private(set) var dropped: UInt64 = 0
  private var waiting: [RouterReport.Event] = []
  private var next: UInt64

  /// An empty spool whose first event gets this number.
  public init(first number: UInt64) { next = max(1, number) }

  /// The oldest events, as many as one report has room for.
  public var first: ArraySlice<RouterReport.Event> {
    waiting.prefix(RouterExchangeLimits.events)
  }

  /// Adds events; above ``RouterExchangeLimits/eventsKept`` the oldest are dropped.
  public mutating func add(_ events: [RouterEvent], atMilliseconds now: Int64) {
    for event in events {
      waiting.append(
        RouterReport.Event(
          number: next, atMilliseconds: now, kind: event.kind.rawValue, tenant: event.tenant,
          shard: event.shard, text: event.text))
      next += 1
    }
    let excess = waiting.count - RouterExchangeLimits.eventsKept
    guard excess > 0 else { return }
    waiting.removeFirst(excess)
    dropped += UInt64(excess)
  }

  /// The control plane has the events up to this number.
  public mutating func take(upTo number: UInt64) {
    guard number < next else {
      // It was an earlier process's, with a clock ahead of this one's.
      for place in waiting.indices { waiting[place].number = number + 1 + UInt64(place) }
      next = number + 1 + UInt64(waiting.count)
      return
    }
    waiting.removeAll { $0.number <= number }
  }
}
