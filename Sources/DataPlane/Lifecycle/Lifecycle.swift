public import Routing
import Synchronization

/// Where a router is between its start and its end. Any thread may look; the thread that runs the router moves it on.
public final class Lifecycle: Sendable {
  /// ```
  /// starting ─▶ serving ─▶ draining ─▶ stopped
  ///     └──────────┴───────────────────────┘
  /// ```
  public enum Phase: UInt8, Sendable, Comparable, CaseIterable {
    /// Its listeners are opened, its workers begin.
    case starting
    /// It serves, and wants to be sent clients.
    case serving
    /// It serves those who are there, and wants no more.
    case draining
    /// Its workers have ended, or are ending without waiting for anybody.
    case stopped

    /// Its name, for people and metrics.
    public var name: String { "\(self)" }

    /// Whether a phase comes before another.
    public static func < (one: Phase, other: Phase) -> Bool { one.rawValue < other.rawValue }
  }

  private let word = Atomic<UInt8>(Phase.starting.rawValue)
  private let workersLeft: Atomic<Int>
  /// When the main thread looked last; 0 before it has.
  private let lastBeat = Atomic<UInt64>(0)

  /// The lifecycle of a router with so many workers, which is starting.
  public init(workers: Int) { workersLeft = Atomic(workers) }

  /// Where the router is now: one plain load.
  public var phase: Phase { Phase(rawValue: word.load(ordering: .acquiring)) ?? .stopped }

  /// When the phase began, and when it ends at the latest, where it does.
  private let times = Mutex(Times())
  private struct Times {
    var began = LiveClock.now
    var ends: MonotonicTime?
  }

  /// Since when the router is in its phase, and until when it will be at the latest; nil where nothing limits that.
  public var span: (began: MonotonicTime, ends: MonotonicTime?) {
    times.withLock { ($0.began, $0.ends) }
  }

  /// Moves on; never back. An end of the phase that it is in already only comes nearer.
  func move(to phase: Phase, until end: MonotonicTime? = nil) {
    times.withLock { times in
      if self.phase < phase {
        times = Times(began: LiveClock.now, ends: end)
      } else if self.phase == phase, let end {
        times.ends = min(times.ends ?? end, end)
      }
    }
    var found = word.load(ordering: .relaxed)
    while found < phase.rawValue {
      let (exchanged, original) = word.weakCompareExchange(
        expected: found, desired: phase.rawValue, ordering: .acquiringAndReleasing)
      if exchanged { return }
      found = original
    }
  }

  /// Whether all workers have ended: a router that drains has nobody left.
  public var haveWorkersEnded: Bool { workersLeft.load(ordering: .acquiring) == 0 }

  /// The main thread looks; on that thread, several times a second.
  public func beat(now: MonotonicTime = LiveClock.now) {
    lastBeat.store(now.nanoseconds, ordering: .relaxed)
  }

  /// Whether the main thread, which looks after map and signals, has not for ``LivenessWatch/limit``.
  public func isMainThreadStuck(now: MonotonicTime = LiveClock.now) -> Bool {
    let last = lastBeat.load(ordering: .relaxed)
    return last > 0
      && now >= MonotonicTime(nanoseconds: last).advanced(by: LivenessWatch.limit)
  }

  /// A worker has ended; on its thread.
  func workerEnded() { workersLeft.subtract(1, ordering: .acquiringAndReleasing) }
}
