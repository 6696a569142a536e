import Synchronization

/// How many sessions a worker has or will have in a moment: touched when a session begins, is handed over, and ends.
///
/// Workers look at it that hand sessions over, and so does the admin console.
final class WorkerLoad: Sendable {
  private let count = Atomic<Int>(0)
  private let left = Atomic<Int>(-1)

  /// Sessions now.
  var sessions: Int { count.load(ordering: .relaxed) }

  /// One session more.
  func add() { count.add(1, ordering: .relaxed) }

  /// While another process takes over: sessions that may still be handed to it, as of the worker's last look; nil before
  /// the first.
  var leftToHandOver: Int? {
    let count = left.load(ordering: .relaxed)
    return count < 0 ? nil : count
  }

  /// Tells how many sessions may still be handed over.
  func tell(leftToHandOver count: Int) { left.store(count, ordering: .relaxed) }

  /// One session less.
  func remove() { count.subtract(1, ordering: .relaxed) }
}
