import MapSync
import ShardMap
import Synchronization

/// What the loop has written up for those who report it.
final class Board: Sendable {
  private struct State {
    var status: SyncStatus
    var lively: Int64
  }

  /// How long after a change routers are watched closely.
  private static let livelyNanoseconds: Int64 = 5_000_000_000

  private let state: Mutex<State>

  init(_ status: SyncStatus) { state = Mutex(State(status: status, lively: .min)) }

  var status: SyncStatus { state.withLock { $0.status } }

  func write(_ status: SyncStatus, at now: Int64) {
    state.withLock {
      if $0.status.published != status.published || $0.status.refusal != status.refusal {
        $0.lively = now + Self.livelyNanoseconds
      }
      $0.status = status
    }
  }

  /// Whether something has just changed, so that routers are about to say something new.
  func isLively(at now: Int64) -> Bool { state.withLock { now < $0.lively } }
}
