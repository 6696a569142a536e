public import ShardMap
import Synchronization

/// The map in force and the board of its instances, published by one thread and picked up by the workers and the prober.
///
/// Each takes references of its own when its doorbell rings. Nobody reads this for each message, or even for each session.
///
/// Letting go of a large map takes the kernel tens of milliseconds: it unmaps it and, when its file has no name any more, frees every page of it.
/// So a map that was in force is kept here until nobody else has it, and ``releaseUnused()`` is for a thread that may wait.
public final class MapSlot: Sendable {
  private struct Maps {
    var current: MapEdition
    var retired: [CompiledMap] = []

    /// Takes out the retired maps that nobody else has. Nobody can come by another reference: what is taken is the current map only.
    mutating func takeUnused() -> [CompiledMap] {
      var unused: [CompiledMap] = []
      for index in retired.indices.reversed() where isKnownUniquelyReferenced(&retired[index]) {
        unused.append(retired.remove(at: index))
      }
      return unused
    }
  }

  private let maps: Mutex<Maps>

  /// A slot that holds a first map.
  public init(_ map: CompiledMap) { maps = Mutex(Maps(current: MapEdition(map))) }

  /// The map in force.
  public var map: CompiledMap { edition.map }

  /// The map in force with the board of its instances.
  public var edition: MapEdition { maps.withLock { $0.current } }

  /// Puts another map in force. The caller, always the same thread, then rings the others' doorbells.
  public func publish(_ map: CompiledMap) {
    let edition = MapEdition(map, after: edition)
    maps.withLock { maps in
      if maps.current.map !== map { maps.retired.append(maps.current.map) }
      maps.current = edition
    }
  }

  /// Lets go of the maps that nobody else has any more. Call it now and then from the thread that publishes.
  public func releaseUnused() {
    // They go after the lock does: a worker may be waiting for the current map.
    _ = maps.withLock { $0.takeUnused() }
  }
}
