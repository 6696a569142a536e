public import Routing
public import ShardMap
import Synchronization

/// The way to ask the sidecar for a refresh.
public protocol RefreshLine: Sendable {
  /// How often it was asked, wrapping.
  var refreshWanted: UInt32 { get }
  /// Asks it; the new count.
  @discardableResult func wantRefresh() -> UInt32
}

extension FreshnessPage: RefreshLine {}

/// How the map in force stands, told by one thread and read by the workers whenever a session is
/// routed; and the workers' way to ask for a newer one.
///
/// Each value is an atomic of its own. They change together, and a reader between two of them sees
/// the older of one: as if it had come a moment earlier.
public final class FreshnessSlot: Sendable {
  private let isRuled = Atomic<Bool>(false)
  /// When the map was confirmed, in nanoseconds of the workers' clock, which may be before its
  /// origin; the smallest number when nobody knows.
  private let confirmedAt = Atomic<Int64>(.min)
  private let isReachable = Atomic<Bool>(false)
  private let answered = Atomic<UInt32>(0)
  private let asking = Mutex(Asking())

  private struct Asking {
    var line: (any RefreshLine)?
    var spacing = RefreshSpacing()
  }

  /// A slot in which nothing was said: no rules of age hold.
  public init() {}

  // MARK: The thread that watches the map

  /// Says how the map stands. `now` is the workers' clock at the moment that `age` was true.
  public func tell(_ freshness: MapFreshness, refreshAnswered: UInt32, now: MonotonicTime) {
    let (moment, overflow) = Int64(clamping: now.nanoseconds).subtractingReportingOverflow(
      Int64(clamping: freshness.age.nanoseconds))
    let isKnown = freshness.age != .unknown && !overflow
    confirmedAt.store(isKnown ? moment : .min, ordering: .relaxed)
    isReachable.store(freshness.isReachable, ordering: .relaxed)
    answered.store(refreshAnswered, ordering: .relaxed)
    isRuled.store(freshness.isRuled, ordering: .releasing)
  }

  /// Says whom to ask for a refresh; nil for nobody.
  public func connect(_ line: (any RefreshLine)?) { asking.withLock { $0.line = line } }

  // MARK: Workers

  /// How the map stands now, by the workers' clock.
  public func freshness(at now: MonotonicTime) -> MapFreshness {
    guard isRuled.load(ordering: .acquiring) else { return .unruled }
    let moment = confirmedAt.load(ordering: .relaxed)
    let (age, overflow) = Int64(clamping: now.nanoseconds).subtractingReportingOverflow(moment)
    let isKnown = moment != .min && !overflow
    return MapFreshness(
      age: isKnown ? MapAge(nanoseconds: UInt64(max(age, 0))) : .unknown,
      isReachable: isReachable.load(ordering: .relaxed))
  }

  /// Whether the sidecar has answered the wish with this count.
  func hasAnswered(_ wanted: UInt32) -> Bool {
    Int32(bitPattern: answered.load(ordering: .relaxed) &- wanted) >= 0
  }

  /// Asks for a refresh, now or when enough time has passed since the last one for this cause; nil
  /// when there is nobody to ask. Whoever gets a time calls ``askWhatIsDue(now:)`` then.
  func ask(_ cause: RefreshCause, now: MonotonicTime) -> RefreshTicket? {
    asking.withLock { asking in
      guard let line = asking.line else { return nil }
      guard let due = asking.spacing.wish(cause, now: now) else {
        return RefreshTicket(wanted: line.wantRefresh(), dueAt: nil)
      }
      // The next wish, of whichever router: it is made after this moment.
      return RefreshTicket(wanted: line.refreshWanted &+ 1, dueAt: due)
    }
  }

  /// Asks for the refreshes that were put off until now; when the next one is due, and whether any
  /// was asked for.
  func askWhatIsDue(now: MonotonicTime) -> (next: MonotonicTime?, hasAsked: Bool) {
    asking.withLock { asking in
      let hasAsked = asking.spacing.takeDue(now: now)
      if hasAsked { asking.line?.wantRefresh() }
      return (asking.spacing.nextDue, hasAsked)
    }
  }
}
