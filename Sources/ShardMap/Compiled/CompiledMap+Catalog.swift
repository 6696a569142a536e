// One record a call, read from the mapping. A session does a dozen of these when it is routed and
// none afterwards, so they are plain calls: nothing of the format leaks into other modules.

extension CompiledMap {
  /// How much of everything the map holds.
  public var counts: MapCounts { header.counts }

  /// The record of a shard.
  ///
  /// - Precondition: the index came from this map.
  public func shard(_ index: ShardIndex) -> ShardRecord {
    typealias Field = MapFormat.Shard
    let record = place(index, header.counts.shards, sections.shards, Field.byteCount)
    return ShardRecord(
      id: name(at: record),
      epoch: bytes.load(at: record + Field.epoch, as: UInt64.self),
      mode: TimedMode(
        ServiceMode(rawValue: bytes.load(at: record + Field.mode, as: UInt8.self)) ?? .paused,
        untilMilliseconds: bytes.load(at: record + Field.modeEnd, as: UInt64.self)),
      modeCause: name(at: record + Field.cause),
      primary: InstanceIndex(bytes.load(at: record + Field.primary, as: UInt32.self)),
      firstReplica: bytes.load(at: record + Field.firstReplica, as: UInt32.self),
      replicaCount: bytes.load(at: record + Field.replicaCount, as: UInt16.self))
  }

  /// The record of an instance.
  ///
  /// - Precondition: the index came from this map.
  public func instance(_ index: InstanceIndex) -> InstanceRecord {
    typealias Field = MapFormat.Instance
    let record = place(index, header.counts.instances, sections.instances, Field.byteCount)
    let family = bytes.load(at: record + Field.family, as: UInt8.self)
    return InstanceRecord(
      id: name(at: record),
      zone: ZoneIndex(bytes.load(at: record + Field.zone, as: UInt16.self)),
      address: SocketAddress(
        family: SocketAddress.Family(rawValue: family) ?? .ipv4,
        high: bytes.load(at: record + Field.addressHigh, as: UInt64.self),
        low: bytes.load(at: record + Field.addressLow, as: UInt64.self),
        port: bytes.load(at: record + Field.port, as: UInt16.self)))
  }

  /// The record of a zone.
  ///
  /// - Precondition: the index came from this map.
  public func zone(_ index: ZoneIndex) -> ZoneRecord {
    let record = place(index, header.counts.zones, sections.zones, MapFormat.Zone.byteCount)
    let region = bytes.load(at: record + MapFormat.Zone.region, as: UInt16.self)
    return ZoneRecord(id: name(at: record), region: RegionIndex(region))
  }

  /// The record of a region.
  ///
  /// - Precondition: the index came from this map.
  public func region(_ index: RegionIndex) -> RegionRecord {
    let record = place(index, header.counts.regions, sections.regions, MapFormat.Region.byteCount)
    return RegionRecord(id: name(at: record))
  }

  /// The record of a policy.
  ///
  /// - Precondition: the index came from this map.
  public func policy(_ index: PolicyIndex) -> PolicyRecord {
    typealias Field = MapFormat.Policy
    let record = place(index, header.counts.policies, sections.policies, Field.byteCount)
    let fallback = bytes.load(at: record + Field.boundedFallback, as: UInt8.self)
    let label = name(at: record + Field.label)
    return PolicyRecord(
      id: name(at: record), tier: bytes.tier(ofPolicyAt: record).tier ?? .strong,
      readTier: bytes.readTier(ofPolicyAt: record).tier,
      pooling: PoolMode(rawValue: bytes.load(at: record + Field.pooling, as: UInt8.self)),
      freshness: bytes.freshnessRules(at: record + Field.freshness),
      boundedFallback: BoundedFallback(rawValue: fallback) ?? .refuse,
      primaryReadBudgetPercent: bytes.load(at: record + Field.primaryReadBudget, as: UInt8.self),
      envelope: bytes.envelope(ofPolicyAt: record) ?? .unlimited,
      degradation: bytes.degradation(ofPolicyAt: record) ?? .standard,
      hotTenant: bytes.hotTenant(ofPolicyAt: record), label: label.count > 0 ? label : nil)
  }

  /// A replica of a shard, by its place among them.
  ///
  /// - Precondition: `position` is in 0..<`shard.replicaCount`, and the shard came from this map.
  public func replica(_ position: Int, of shard: ShardRecord) -> InstanceIndex {
    precondition(position >= 0 && position < Int(shard.replicaCount), "no such replica")
    let entry = Int(shard.firstReplica) + position
    precondition(entry < header.counts.replicas, "a shard of another map")
    let place = sections.replicas + entry * MapFormat.Replica.byteCount
    return InstanceIndex(bytes.load(at: place, as: UInt32.self))
  }

  /// The replicas of a shard in the order of the document.
  public func replicas(of shard: ShardRecord) -> ReplicaSequence {
    ReplicaSequence(map: self, shard: shard)
  }

  func place<Index: MapIndex>(
    _ index: Index, _ count: Int, _ start: Int, _ byteCount: Int
  ) -> Int {
    let position = Int(index.rawValue)
    precondition(position < count, "an index of another map")
    return start + position * byteCount
  }

  /// The name whose place a record has at an offset; of most, their id's at their beginning.
  func name(at record: Int) -> StringReference {
    StringReference(
      offset: sections.catalogStrings
        + Int(bytes.load(at: record + MapFormat.Name.offset, as: UInt32.self)),
      count: bytes.load(at: record + MapFormat.Name.count, as: UInt8.self))
  }
}

extension MapBytes {
  /// The bounds of all classes as a policy's record has them.
  func freshnessRules(at offset: Int) -> FreshnessRules {
    var rules = FreshnessRules.standard
    for dataClass in FreshnessClass.allCases {
      let bound = offset + Int(dataClass.rawValue) * MapFormat.Policy.boundBytes
      rules[dataClass] = FreshnessBound(
        ttlMilliseconds: load(at: bound, as: UInt32.self),
        maxStaleMilliseconds: load(at: bound + 4, as: UInt32.self))
    }
    return rules
  }
}

/// The replicas of one shard.
public struct ReplicaSequence: RandomAccessCollection, Sendable {
  let map: CompiledMap
  let shard: ShardRecord

  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of replicas.
  public var endIndex: Int { Int(shard.replicaCount) }

  /// A replica by its place in the order of the document.
  public subscript(position: Int) -> InstanceIndex { map.replica(position, of: shard) }
}
