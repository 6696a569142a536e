public import ShardMap

/// A map in force and what probes know of its instances: published together, so that an ``InstanceIndex`` of the one fits the other.
public struct MapEdition: Sendable {
  /// The map.
  public let map: CompiledMap
  /// What is known of its instances, by their index.
  public let samples: SampleBoard

  /// A map of whose instances nothing is known yet.
  init(_ map: CompiledMap) {
    self.map = map
    samples = SampleBoard(count: map.counts.instances)
  }

  /// The map that follows another one.
  ///
  /// Most maps differ in their tenants only, and then the board stays. Else what is known of an instance goes with it to the new board, if its
  /// shard has the same primary as before: what was proven by another one's answers says nothing.
  init(_ map: CompiledMap, after old: MapEdition) {
    self.map = map
    guard !map.hasSameCatalog(as: old.map) else {
      samples = old.samples
      return
    }
    samples = SampleBoard(count: map.counts.instances)
    let places = Dictionary(
      zip(Membership.all(in: old.map), old.map.instanceIndices), uniquingKeysWith: { one, _ in one }
    )
    for (membership, index) in zip(Membership.all(in: map), map.instanceIndices) {
      if let place = places[membership] { samples.write(old.samples.probed(place), at: index) }
    }
  }
}

/// An instance, and the primary by whose log it is judged.
private struct Membership: Hashable {
  let instance: InstanceKey
  let primary: InstanceKey?

  /// Of all instances of a map, in order.
  static func all(in map: CompiledMap) -> [Membership] {
    let keys = map.instanceIndices.map { InstanceKey($0, in: map) }
    var primaries = [InstanceKey?](repeating: nil, count: keys.count)
    for shard in map.shardRecords {
      for member in [shard.primary] + map.replicas(of: shard) {
        primaries[Int(member.rawValue)] = keys[Int(shard.primary.rawValue)]
      }
    }
    return zip(keys, primaries).map { Membership(instance: $0, primary: $1) }
  }
}
