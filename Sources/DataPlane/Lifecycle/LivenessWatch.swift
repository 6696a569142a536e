public import Routing

/// Tells whether threads still turn: each is rung now and then, and has to look within a limit.
///
/// A thread that is only overloaded looks once a turn, milliseconds apart. One that doesn't for seconds is stuck, or lost what would have woken it.
public struct LivenessWatch: Sendable {
  /// How long a thread may take to look before it counts as stuck.
  public static let limit: Duration = .seconds(10)
  /// How often threads are rung.
  public static let interval: Duration = .seconds(2)

  private struct Watched {
    /// When it was rung first of the times that it has not answered; nil when it has answered all.
    var rungAt: MonotonicTime?
    /// When it was rung last.
    var lastRing: MonotonicTime?
  }

  private var watched: [Watched]

  /// A watch over so many threads.
  public init(threads: Int) { watched = Array(repeating: Watched(), count: threads) }

  /// Looks at a thread: `isAnswered` says whether it has looked since it was rung last. True when it is to be rung now.
  public mutating func look(at thread: Int, isAnswered: Bool, now: MonotonicTime) -> Bool {
    if isAnswered { watched[thread].rungAt = nil }
    if let last = watched[thread].lastRing, now < last.advanced(by: Self.interval) { return false }
    watched[thread].lastRing = now
    watched[thread].rungAt = watched[thread].rungAt ?? now
    return true
  }

  /// The threads that don't turn any more.
  public func stuck(now: MonotonicTime) -> [Int] {
    watched.indices.filter { index in
      guard let rungAt = watched[index].rungAt else { return false }
      return now >= rungAt.advanced(by: Self.limit)
    }
  }
}
