import ShardMap

/// What decisions need of a map's shards and policies, read once a map instead of once a decision;
/// replicas nearest first as seen from the router, so that a decision looks at the near ones before
/// all others.
struct RouteCatalog: Sendable {
  /// By `ShardIndex`.
  private let shards: [Shard]
  /// By `PolicyIndex`.
  private let policies: [PolicyRecord]
  /// Of all shards; among equally near ones the map's order stays.
  private let replicas: [InstanceIndex]
  /// What its ends are told by.
  let clock: WallClock

  /// - Complexity: linear in the number of zones, shards, replicas and policies.
  init(_ map: CompiledMap, from location: RouterLocation, clock: WallClock) {
    let distances = (0..<map.counts.zones).map {
      location.distance(to: ZoneIndex(UInt16($0)), in: map)
    }
    var replicas: [InstanceIndex] = []
    replicas.reserveCapacity(map.counts.replicas)
    shards = (0..<map.counts.shards).map { index in
      let record = map.shard(ShardIndex(UInt32(index)))
      let start = replicas.count
      func append(at distance: Distance) -> UInt16 {
        for replica in map.replicas(of: record)
        where distances[Int(map.instance(replica).zone.rawValue)] == distance {
          replicas.append(replica)
        }
        return UInt16(replicas.count - start)
      }
      let zoneEnd = append(at: .sameZone)
      let regionEnd = append(at: .sameRegion)
      let shelf = Shelf(
        start: start, zoneEnd: zoneEnd, regionEnd: regionEnd, end: append(at: .otherRegion))
      return Shard(
        epoch: record.epoch, shelf: shelf, primary: record.primary,
        mode: record.mode.mode, modeEnds: clock.end(of: record.mode))
    }
    self.replicas = replicas
    self.clock = clock
    policies = (0..<map.counts.policies).map { map.policy(PolicyIndex(UInt16($0))) }
  }

  /// A shard as a decision sees it.
  struct Shard: Sendable {
    let epoch: UInt64
    let shelf: Shelf
    let primary: InstanceIndex
    /// What it is still good for by the map, until ``modeEnds``.
    let mode: ServiceMode
    let modeEnds: MonotonicTime
  }

  subscript(shard: ShardIndex) -> Shard { shards[Int(shard.rawValue)] }

  subscript(policy: PolicyIndex) -> PolicyRecord { policies[Int(policy.rawValue)] }

  /// A replica by its place among those of all shards.
  func replica(_ place: Int) -> InstanceIndex { replicas[place] }
}

/// The place of one shard's replicas among those of all, and where each distance ends.
struct Shelf: Sendable {
  let start: Int
  let zoneEnd: UInt16
  let regionEnd: UInt16
  let end: UInt16

  /// How many replicas the shard has.
  var count: Int { Int(end) }

  /// The places of the replicas at a distance, counted from the shard's first.
  func places(at distance: Distance) -> Range<Int> {
    switch distance {
    case .sameZone: 0..<Int(zoneEnd)
    case .sameRegion: Int(zoneEnd)..<Int(regionEnd)
    case .otherRegion: Int(regionEnd)..<Int(end)
    }
  }
}
