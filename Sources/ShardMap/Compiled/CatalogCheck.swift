/// Proves, when a map is opened, that no record of the catalog points out of its tables, so that no
/// look-up has to ask again. A matching checksum doesn't replace it: whoever writes a file can
/// compute that.
struct CatalogCheck {
  let bytes: MapBytes
  let header: MapHeader

  private var layout: MapLayout { header.layout }
  private var counts: MapCounts { header.counts }

  func run() throws(MapDamage) {
    try each(.regions, counts.regions, MapFormat.Region.byteCount) { _, _ in nil }
    try each(.zones, counts.zones, MapFormat.Zone.byteCount) { bytes, record in
      bytes.load(at: record + MapFormat.Zone.region, as: UInt16.self) < counts.regions
        ? nil : "region"
    }
    try each(.instances, counts.instances, MapFormat.Instance.byteCount, instanceFault)
    try each(.shards, counts.shards, MapFormat.Shard.byteCount, shardFault)
    try each(.policies, counts.policies, MapFormat.Policy.byteCount, policyFault)
    try each(.pools, counts.pools, MapFormat.Pool.byteCount) { bytes, record in
      let flags = bytes.load(at: record + MapFormat.Pool.flags, as: UInt8.self)
      return flags & ~MapFormat.Pool.dedicated == 0 ? nil : "flags"
    }
    try checkReplicas()
  }

  /// Runs a check over a table; it gives the name of the field that is wrong. The id is checked for
  /// all.
  private func each(
    _ section: MapLayout.Section, _ count: Int, _ byteCount: Int,
    _ fault: (MapBytes, Int) -> String?
  ) throws(MapDamage) {
    for index in 0..<count {
      let record = layout[section].lowerBound + index * byteCount
      if let field = hasName(record) ? fault(bytes, record) : "id" {
        throw .badRecord(section, index: index, field: field)
      }
    }
  }

  private func hasName(_ record: Int) -> Bool {
    let offset = Int(bytes.load(at: record + MapFormat.Name.offset, as: UInt32.self))
    let count = Int(bytes.load(at: record + MapFormat.Name.count, as: UInt8.self))
    return count > 0 && count <= MapLimits.identifierBytes
      && offset + count <= counts.catalogStringBytes
  }

  private func instanceFault(_ bytes: MapBytes, _ record: Int) -> String? {
    typealias Field = MapFormat.Instance
    guard bytes.load(at: record + Field.zone, as: UInt16.self) < counts.zones else { return "zone" }
    let family = bytes.load(at: record + Field.family, as: UInt8.self)
    guard SocketAddress.Family(rawValue: family) != nil,
      bytes.load(at: record + Field.port, as: UInt16.self) > 0
    else { return "address" }
    return nil
  }

  private func shardFault(_ bytes: MapBytes, _ record: Int) -> String? {
    typealias Field = MapFormat.Shard
    guard ShardMode(rawValue: bytes.load(at: record + Field.mode, as: UInt8.self)) != nil else {
      return "mode"
    }
    guard bytes.load(at: record + Field.primary, as: UInt32.self) < counts.instances else {
      return "primary"
    }
    let first = Int(bytes.load(at: record + Field.firstReplica, as: UInt32.self))
    let count = Int(bytes.load(at: record + Field.replicaCount, as: UInt16.self))
    guard count <= MapLimits.replicasPerShard, first + count <= counts.replicas else {
      return "replicas"
    }
    return nil
  }

  private func policyFault(_ bytes: MapBytes, _ record: Int) -> String? {
    typealias Field = MapFormat.Policy
    guard bytes.tier(ofPolicyAt: record).tier != nil else { return "tier" }
    let readTier = bytes.readTier(ofPolicyAt: record)
    guard readTier.tier != nil || readTier == .absent else { return "readTier" }
    let pooling = bytes.load(at: record + Field.pooling, as: UInt8.self)
    guard PoolMode(rawValue: pooling) != nil || pooling == Field.absent else { return "pooling" }
    let fallback = bytes.load(at: record + Field.boundedFallback, as: UInt8.self)
    guard BoundedFallback(rawValue: fallback) != nil else { return "boundedFallback" }
    let budget = bytes.load(at: record + Field.primaryReadBudget, as: UInt8.self)
    guard budget <= 100 else { return "primaryReadBudgetPercent" }
    let rules = bytes.freshnessRules(at: record + Field.freshness)
    return FreshnessClass.allCases.allSatisfy { rules[$0].isValid } ? nil : "freshness"
  }

  private func checkReplicas() throws(MapDamage) {
    for index in 0..<counts.replicas {
      let place = layout[.replicas].lowerBound + index * MapFormat.Replica.byteCount
      guard bytes.load(at: place, as: UInt32.self) < counts.instances else {
        throw .badRecord(.replicas, index: index, field: "instance")
      }
    }
  }
}
