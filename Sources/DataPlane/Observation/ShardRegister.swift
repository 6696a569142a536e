import ShardMap
import Synchronization

/// Numbers for shards that stay when the map changes, the same for all workers of a router.
///
/// Asked once a shard and map by each worker, so a lock will do. A number is never given to another
/// shard; when there are no more, shards that come share number 0.
public final class ShardRegister: Sendable {
  /// Shards that are told apart. Beyond, all others are one.
  public static let limit = 4096
  /// The number of shards that are not told apart, and its name.
  public static let others = 0
  /// See ``others``.
  public static let othersName = "other"

  private struct State {
    var places: [String: Int] = [:]
    var names = [ShardRegister.othersName]
  }

  private let state = Mutex(State())

  /// A register without shards.
  public init() {}

  /// The number of a shard, from 1; ``others`` when all are taken.
  func place(of shard: ShardIndex, in map: CompiledMap) -> Int {
    let name = map.text(map.shard(shard).id)
    return state.withLock { state in
      if let place = state.places[name] { return place }
      guard state.names.count <= Self.limit else { return Self.others }
      state.places[name] = state.names.count
      state.names.append(name)
      return state.names.count - 1
    }
  }

  /// The shards' ids by number.
  public var names: [String] { state.withLock { $0.names } }
}
