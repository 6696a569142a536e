public import ShardMap
import Synchronization

/// The map in force, published by one thread and picked up by the workers.
///
/// A worker takes a reference of its own when its doorbell rings, so the old map goes when the last worker has let go of it. Nobody reads
/// this for each message, or even for each session.
public final class MapSlot: Sendable {
  private let current: Mutex<CompiledMap>

  /// A slot that holds a first map.
  public init(_ map: CompiledMap) { current = Mutex(map) }

  /// The map in force.
  public var map: CompiledMap { current.withLock { $0 } }

  /// Puts another map in force. The caller then rings the workers' doorbells.
  public func publish(_ map: CompiledMap) { current.withLock { $0 = map } }
}
