import DataPlane
import Routing
import ShardMap

/// What the main thread tells the service manager, and when.
struct ServiceDuty {
  /// How often the status line is said again.
  private static let statusInterval: Duration = .seconds(5)

  private let manager: ServiceManager
  /// Whether another process of the router speaks to the manager.
  private var isRetired = false
  private var lastStatus: MonotonicTime?
  private var lastWatchdog: MonotonicTime?

  init(_ manager: ServiceManager = ServiceManager()) { self.manager = manager }

  /// The router serves.
  func started() { manager.tell(.ready, .status("serving")) }

  /// The router reads its configuration again; ``reloaded()`` must follow.
  func reloading() {
    manager.tell(.reloading(sinceMicroseconds: LiveClock.now.nanoseconds / 1000))
  }

  /// It has, with whatever result.
  func reloaded(_ result: String) { manager.tell(.ready, .status(result)) }

  /// Another process serves in this one's place: the manager is to watch that one, and hears nothing more from here.
  mutating func retire(for processID: Int32) {
    manager.tell(.mainProcess(processID))
    isRetired = true
  }

  /// The router lets go of its clients within a time, for which the manager is to wait.
  func stopping(within limit: Duration) {
    guard !isRetired else { return }
    let microseconds = UInt64(max(0, (limit + .seconds(10)) / .microseconds(1)))
    manager.tell(.stopping, .extend(microseconds: microseconds), .status("draining"))
  }

  /// Says what is due: how the router is, and, as long as its workers turn, that it lives.
  mutating func look(at router: Router, now: MonotonicTime = LiveClock.now) {
    guard !isRetired else { return }
    if let interval = manager.watchdogInterval, Self.isDue(lastWatchdog, interval, now),
      router.stuckWorkers(now: now).isEmpty
    {
      lastWatchdog = now
      manager.tell(.watchdog)
    }
    if Self.isDue(lastStatus, Self.statusInterval, now) {
      lastStatus = now
      manager.tell(.status(Self.status(of: router)))
    }
  }

  private static func isDue(
    _ last: MonotonicTime?, _ interval: Duration, _ now: MonotonicTime
  ) -> Bool {
    guard let last else { return true }
    return now.nanoseconds(since: last) >= UInt64(interval / .nanoseconds(1))
  }

  private static func status(of router: Router) -> String {
    "\(router.lifecycle.phase.name), \(router.sessionCount) clients, map \(router.map.header.mapVersion)"
  }
}
