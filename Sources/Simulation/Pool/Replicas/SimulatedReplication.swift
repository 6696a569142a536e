import MapDocument
import Routing

/// The logs of a run's shards, and how far each instance has come: primaries write, replicas replay what they get when they get to it.
///
/// What was committed is on every replica that may be promoted: a failover loses nothing. A replica that is killed comes back with less than it had.
final class SimulatedReplication {
  /// One shard's log.
  final class Shard {
    let id: String
    fileprivate(set) var primary: String
    fileprivate(set) var epoch: UInt64 = 1
    /// Ends of commits, oldest first.
    fileprivate(set) var ends: [UInt64] = []
    /// What each replica has replayed.
    fileprivate var replayed: [String: UInt64] = [:]
    /// Until when a replica doesn't replay.
    fileprivate var stalledUntil: [String: UInt64] = [:]
    fileprivate let members: [String]

    init(id: String, primary: String, members: [String]) {
      (self.id, self.primary, self.members) = (id, primary, members)
    }

    var end: UInt64 { ends.last ?? 0 }
  }

  /// A fault that proofs of freshness might have, for tests of the checker.
  enum Flaw: CaseIterable {
    /// Replicas are believed to have all that was committed: the floor is ignored.
    case believesReplicas
    /// What was written since the question is not asked for: lag is counted without the age of the sample.
    case forgetsAge
    /// Replicas lose what they had, and their connections stay.
    case losesSilently
  }

  var flaw: Flaw?
  private let world: SimulatedWorld
  private var shards: [Shard] = []
  /// Typical time from a commit to its replay, in nanoseconds.
  private let lag: ClosedRange<Int>
  /// What the primary doesn't commit before: the first commit is at a position that isn't the log's beginning.
  private static let firstBytes = 100

  init(world: SimulatedWorld, maps: SimulatedMaps) {
    self.world = world
    lag = world.random.pick([10_000...1_000_000, 100_000...50_000_000, 1_000_000...1_000_000_000])
    shards = maps.documents[0].shards.map {
      Shard(id: $0.id, primary: $0.primary, members: [$0.primary] + $0.replicas)
    }
  }

  /// The shard that an instance belongs to.
  func shard(of instance: String) -> Shard {
    shards.first { $0.members.contains(instance) }!
  }

  func isReplica(_ instance: String) -> Bool { shard(of: instance).primary != instance }

  /// How much of its shard's log is visible at an instance.
  func position(of instance: String) -> UInt64 {
    let shard = shard(of: instance)
    return shard.primary == instance ? shard.end : shard.replayed[instance] ?? 0
  }

  /// What an instance tells a probe.
  func told(by instance: String) -> UInt64 {
    let shard = shard(of: instance)
    switch flaw {
    case .believesReplicas: return shard.end
    // Not before there is something that counts.
    case .forgetsAge where shard.primary == instance: return min(shard.end, shard.ends.first ?? 0)
    case .losesSilently where shard.primary != instance:
      defer { shard.replayed[instance] = shard.ends.first ?? 0 }
      return position(of: instance)
    case .forgetsAge, .losesSilently, nil: return position(of: instance)
    }
  }

  /// The primary commits something; the log's end then.
  func commit(in shard: Shard) -> UInt64 {
    let end = shard.end + UInt64(Self.firstBytes + world.random.index(below: 400))
    shard.ends.append(end)
    for member in shard.members where member != shard.primary { replay(end, at: member, shard) }
    return end
  }

  private func replay(_ position: UInt64, at member: String, _ shard: Shard) {
    if world.random.chance(30) {
      shard.stalledUntil[member] = world.now + UInt64(world.random.size(in: 1_000...2_000_000_000))
    }
    let time = max(
      world.now + UInt64(world.random.size(in: lag)), shard.stalledUntil[member] ?? 0)
    // In the order of the log.
    shard.stalledUntil[member] = time
    world.at(time) { [weak self, unowned shard] in
      guard self != nil else { return }
      shard.replayed[member] = max(shard.replayed[member] ?? 0, min(position, shard.end))
    }
  }

  /// An instance was killed. A replica has less when it comes back, and goes on replaying then.
  func crashed(_ instance: String, until time: UInt64) {
    let shard = shard(of: instance)
    guard shard.primary != instance else { return }
    let kept = shard.ends.filter { $0 <= shard.replayed[instance] ?? 0 }
    shard.replayed[instance] = kept.isEmpty ? 0 : kept[world.random.index(below: kept.count)]
    shard.stalledUntil[instance] = max(time, shard.stalledUntil[instance] ?? 0)
    let end = shard.end
    world.at(time) { [unowned self] in replay(end, at: instance, shard) }
  }

  /// A replica takes over with all that was committed; the old primary follows it.
  func promote(_ instance: String) {
    let shard = shard(of: instance)
    guard shard.primary != instance else { return }
    world.note("\(instance) is promoted")
    let old = shard.primary
    shard.replayed[old] = shard.end
    shard.primary = instance
    shard.epoch += 1
  }
}
