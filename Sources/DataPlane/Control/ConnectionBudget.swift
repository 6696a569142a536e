import Synchronization

/// The router's client connections, counted over all workers: touched when a connection begins and when it ends.
final class ConnectionBudget: Sendable {
  let limit: Int
  private let used = Atomic<Int>(0)

  init(limit: Int) { self.limit = limit }

  /// Counts a connection; false when the limit was reached already, and then it is not counted.
  func take() -> Bool {
    guard used.add(1, ordering: .relaxed).newValue > limit else { return true }
    used.subtract(1, ordering: .relaxed)
    return false
  }

  /// Uncounts a connection.
  func giveBack() { used.subtract(1, ordering: .relaxed) }
}
