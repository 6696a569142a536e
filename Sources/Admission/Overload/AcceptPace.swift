/// How eagerly a worker accepts: all who come, a few at a time, or nobody. What isn't accepted waits
/// in the kernel's backlog, where it costs the router nothing.
///
/// ```
/// open ─ slow mark ─▶ slowed ─ stop mark ─▶ stopped
///   ▲                  │  ▲                    │
///   └── below its end ─┘  └─── below its end ──┘
/// ```
public struct AcceptPace: Hashable, Sendable {
  /// The three ways.
  public enum State: String, Sendable, CaseIterable {
    case open, slowed, stopped
  }

  /// At which use, in thousandths of the limit, each begins and ends.
  public enum Marks {
    /// Accepting is slowed from here on.
    public static let slow = 700
    /// And goes on at once below this.
    public static let slowEnd = 600
    /// Nobody is accepted from here on: what is left is for those that are in.
    public static let stop = 900
    /// And a few at a time are again below this.
    public static let stopEnd = 800
  }

  /// Clients that are accepted at a time while it is slowed.
  public static let clientsAtATime = 32
  /// The shortest and the longest pause after them, in nanoseconds.
  public static let pauses: ClosedRange<UInt64> = 5_000_000...100_000_000

  /// The way in force.
  public private(set) var state = State.open
  /// The pause after ``clientsAtATime`` clients while it is slowed, in nanoseconds: the longer the
  /// nearer it is to the stop.
  public private(set) var pause = Self.pauses.lowerBound

  /// All who come.
  public init() {}

  /// Takes a reading of the fullest of what clients take; a few comparisons.
  ///
  /// - Returns: whether the way has changed.
  public mutating func read(use: Int) -> Bool {
    let before = state
    if use >= Marks.stop {
      state = .stopped
    } else if state == .stopped {
      if use < Marks.stopEnd { state = use < Marks.slowEnd ? .open : .slowed }
    } else if use >= Marks.slow {
      state = .slowed
    } else if use < Marks.slowEnd {
      state = .open
    }
    let way = UInt64(min(max(use - Marks.slow, 0), Marks.stop - Marks.slow))
    let length = Self.pauses.upperBound - Self.pauses.lowerBound
    pause = Self.pauses.lowerBound + length * way / UInt64(Marks.stop - Marks.slow)
    return state != before
  }
}
