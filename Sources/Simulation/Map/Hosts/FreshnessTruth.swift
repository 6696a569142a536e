import MapExchange
import MapSync
import ShardMap

/// What a host may rightly claim about the age of its map, known from what control planes really
/// said to it. It tells ages by a rule of its own, not by the code that is tested.
final class FreshnessTruth {
  private let world: SimulatedWorld
  private let history: MapHistory
  private struct Moment {
    let clock: FreshnessClock
    let time: UInt64
  }

  /// For each map, when a control plane last said to this host that it is its newest: once a boot.
  private var said: [MapEdition: [Moment]] = [:]

  init(world: SimulatedWorld, history: MapHistory) {
    self.world = world
    self.history = history
  }

  /// A control plane says, at this moment, that this is its newest map.
  func note(_ edition: MapEdition, _ clock: FreshnessClock) {
    var moments = said[edition] ?? []
    moments.removeAll { $0.clock.bootID == clock.bootID }
    moments.append(Moment(clock: clock, time: world.now))
    said[edition] = moments
  }

  /// Nothing may be claimed that nobody said.
  func check(_ statement: SidecarStatement, at now: FreshnessClock) {
    let edition = MapEdition(version: statement.mapVersion, root: statement.root)
    guard let state = history.state(edition.version), state.root == edition.root else {
      return world.violate("a sidecar tells of version \(edition.version), which never was")
    }
    guard statement.bootID != .none else {
      if statement.confirmedAtWallMilliseconds > state.issuedAtMilliseconds {
        world.violate("a sidecar tells of a confirmation that it never had")
      }
      return
    }
    let isTrue = said.contains { other, moments in
      // What was the newest map before this one was committed is a word about this one, too.
      other.version <= edition.version
        && moments.contains {
          (other == edition || $0.time <= history.committedAt(edition.version))
            && $0.clock.bootID == statement.bootID
            && $0.clock.bootNanoseconds >= statement.confirmedAtBootNanoseconds
        }
    }
    if !isTrue {
      world.violate(
        "version \(edition.version) is said to be confirmed later than any control plane said so")
    }
  }

  /// The least age, in milliseconds, that a map can rightly be said to have; nil when there is no
  /// telling. Never below what the clocks can tell.
  func leastAge(of edition: MapEdition, at now: FreshnessClock) -> UInt64? {
    let ages = (said[edition] ?? []).compactMap { Self.age(of: $0.clock, at: now) }
    return ages.min()
  }

  /// The age by the rule: the boot clock within a boot, else the wall clock, which is believed unless
  /// it was set back by more than five seconds.
  static func age(of moment: FreshnessClock, at now: FreshnessClock) -> UInt64? {
    if moment.bootID == now.bootID {
      return UInt64(max(0, now.bootNanoseconds - moment.bootNanoseconds) / 1_000_000)
    }
    let wall = now.wallMilliseconds - moment.wallMilliseconds
    return wall < -5_000 ? nil : UInt64(max(0, wall))
  }
}
