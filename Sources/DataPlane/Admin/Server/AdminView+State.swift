import Routing

/// `SHOW STATE`: where the router is in its life.
extension AdminView {
  func stateRow() -> [String?] {
    let lifecycle = context.lifecycle
    let (began, ends) = lifecycle.span
    let now = LiveClock.now
    let clients = context.workers.reduce(0) { $0 + $1.load.sessions }
    return [
      lifecycle.phase.name,
      context.router.isReady(lifecycle, map) ? "yes" : "no", Self.seconds(began, now),
      "\(clients)", ends.map { Self.seconds(now, $0) },
    ]
  }

  /// Whole seconds from one time to another; 0 where that is earlier.
  private static func seconds(_ from: MonotonicTime, _ to: MonotonicTime) -> String {
    "\(to.nanoseconds(since: from) / 1_000_000_000)"
  }
}
