public import ShardMap
import Synchronization

/// The map that every worker of a router uses.
public struct AppliedMap: Sendable, Equatable {
  /// Its version.
  public let mapVersion: UInt64
  /// Its root.
  public let root: MapRoot
  /// When the last worker began to use it, in microseconds since 1970.
  public let atWallMicroseconds: Int64
}

/// Which map each worker uses: told by the workers, once a map.
final class AppliedMaps: Sendable {
  private struct State {
    var byWorker: [ObjectIdentifier?]
    var newest: AppliedMap?
  }

  private let state: Mutex<State>
  private let whenAll: (@Sendable () -> Void)?

  /// `whenAll` is called whenever all workers have come to use a map, by the last of them.
  init(workers: Int, whenAll: (@Sendable () -> Void)?) {
    state = Mutex(State(byWorker: Array(repeating: nil, count: workers)))
    self.whenAll = whenAll
  }

  /// The map that all workers use; while they change, the one that they used before.
  var newest: AppliedMap? { state.withLock { $0.newest } }

  /// A worker begins to use a map.
  func note(worker: Int, _ map: CompiledMap) {
    let isLast = state.withLock { state in
      let identity = ObjectIdentifier(map)
      state.byWorker[worker] = identity
      guard state.byWorker.allSatisfy({ $0 == identity }) else { return false }
      state.newest = AppliedMap(
        mapVersion: map.header.mapVersion, root: map.header.root,
        atWallMicroseconds: LiveClock.wallMicroseconds)
      return true
    }
    if isLast { whenAll?() }
  }
}
