internal import LoadResults
internal import Synchronization

/// What was broken when, as it happens.
final class FaultMarks: Sendable {
  private let marks = Mutex<[FaultMark]>([])

  /// All of them so far, by their beginning.
  var all: [FaultMark] { marks.withLock { $0.sorted { $0.from < $1.from } } }

  /// The titles of those that are in force.
  var active: [String] {
    marks.withLock { $0.filter { $0.to == nil && $0.failure == nil }.map(\.title) }
  }

  /// Notes that one begins.
  ///
  /// - Returns: its place, for ``end(_:at:)``.
  func begin(_ title: String, at seconds: Double) -> Int {
    marks.withLock {
      $0.append(FaultMark(title: title, from: seconds, to: nil))
      return $0.count - 1
    }
  }

  /// Notes that one is mended.
  func end(_ place: Int, at seconds: Double) { marks.withLock { $0[place].to = seconds } }

  /// Notes why one could not be done, or not be mended.
  func fail(_ place: Int, _ reason: String) { marks.withLock { $0[place].failure = reason } }
}
