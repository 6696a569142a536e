import Synchronization

/// The router's client connections, counted over all workers: touched when a connection begins and when it ends.
final class ConnectionBudget: Sendable {
  private let most: Atomic<Int>
  private let used = Atomic<Int>(0)

  init(limit: Int) { most = Atomic(limit) }

  /// How many there may be. Where it becomes less than are counted, those stay.
  var limit: Int {
    get { most.load(ordering: .relaxed) }
    set { most.store(newValue, ordering: .relaxed) }
  }

  /// Connections that are counted, as of some moment just now.
  var inUse: Int { used.load(ordering: .relaxed) }

  /// Counts a connection; false when the limit was reached already, and then it is not counted.
  func take() -> Bool {
    guard used.add(1, ordering: .relaxed).newValue > limit else { return true }
    used.subtract(1, ordering: .relaxed)
    return false
  }

  /// Uncounts a connection.
  func giveBack() { used.subtract(1, ordering: .relaxed) }
}
