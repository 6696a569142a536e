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
    try each(.pools, counts.pools, MapFormat.Pool.byteCount, poolFault)
    try each(.poolRouters, counts.poolRouters, MapFormat.PoolRouter.byteCount) { _, _ in nil }
    try checkReplicas()
    try checkPoolAddresses()
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
    bytes.load(at: record + MapFormat.Name.count, as: UInt8.self) > 0
      && hasText(record, bytes: MapLimits.identifierBytes)
  }

  /// Whether what stands at an offset is the place of a text of at most so many bytes.
  private func hasText(_ place: Int, bytes limit: Int) -> Bool {
    let offset = Int(bytes.load(at: place + MapFormat.Name.offset, as: UInt32.self))
    let count = Int(bytes.load(at: place + MapFormat.Name.count, as: UInt8.self))
    return count <= limit && offset + count <= counts.catalogStringBytes
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
    guard ServiceMode(rawValue: bytes.load(at: record + Field.mode, as: UInt8.self)) != nil else {
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
    let end = bytes.load(at: record + Field.modeEnd, as: UInt64.self)
    guard end == 0 || MapLimits.modeEndMilliseconds.contains(end) else { return "modeUntil" }
    return hasText(record + Field.cause, bytes: MapLimits.modeCauseBytes) ? nil : "modeCause"
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
    guard FreshnessClass.allCases.allSatisfy({ rules[$0].isValid }) else { return "freshness" }
    return termsFault(bytes, record)
  }

  /// Of what a policy grants and takes: its envelope, its downgrades, its rules for hot tenants and its
  /// label.
  private func termsFault(_ bytes: MapBytes, _ record: Int) -> String? {
    guard let envelope = bytes.envelope(ofPolicyAt: record) else { return "priority" }
    guard let degradation = bytes.degradation(ofPolicyAt: record) else { return "deepest" }
    if let fault = envelope.faults.first ?? degradation.faults.first { return fault.field }
    if let field = hotTenantFault(bytes, record) { return field }
    let hasLabel = hasText(record + MapFormat.Policy.label, bytes: MapLimits.identifierBytes)
    return hasLabel ? nil : "label"
  }

  private func hotTenantFault(_ bytes: MapBytes, _ record: Int) -> String? {
    typealias Field = MapFormat.HotTenant
    let start = record + MapFormat.Policy.hotTenant
    let flags = bytes.load(at: start + Field.flags, as: UInt8.self)
    let known = Field.present | Field.requestsMove | Field.quarantines
    guard let rules = bytes.hotTenant(ofPolicyAt: record) else {
      return bytes.slice(start..<start + Field.byteCount).allSatisfy({ $0 == 0 })
        ? nil : "hotTenant"
    }
    guard flags & ~known == 0 else { return "hotTenant" }
    if let pool = rules.quarantinePool, pool.rawValue >= counts.pools { return "quarantinePool" }
    return rules.faults.first?.field
  }

  private func poolFault(_ bytes: MapBytes, _ record: Int) -> String? {
    typealias Field = MapFormat.Pool
    let flags = bytes.load(at: record + Field.flags, as: UInt8.self)
    guard flags & ~Field.dedicated == 0 else { return "flags" }
    let foreign = bytes.load(at: record + Field.foreign, as: UInt8.self)
    guard ForeignTenants(rawValue: foreign) != nil else { return "foreign" }
    let firstRouter = Int(bytes.load(at: record + Field.firstRouter, as: UInt32.self))
    let routers = Int(bytes.load(at: record + Field.routerCount, as: UInt16.self))
    guard routers <= MapLimits.routersPerPool, firstRouter + routers <= counts.poolRouters else {
      return "routers"
    }
    guard bytes.load(at: record + Field.routersPerTenant, as: UInt16.self) <= routers else {
      return "routersPerTenant"
    }
    let firstAddress = Int(bytes.load(at: record + Field.firstAddress, as: UInt32.self))
    let addresses = Int(bytes.load(at: record + Field.addressCount, as: UInt8.self))
    return addresses <= MapLimits.addressesPerPool
      && firstAddress + addresses <= counts.poolAddresses ? nil : "addresses"
  }

  private func checkReplicas() throws(MapDamage) {
    for index in 0..<counts.replicas {
      let place = layout[.replicas].lowerBound + index * MapFormat.Replica.byteCount
      guard bytes.load(at: place, as: UInt32.self) < counts.instances else {
        throw .badRecord(.replicas, index: index, field: "instance")
      }
    }
  }

  private func checkPoolAddresses() throws(MapDamage) {
    typealias Field = MapFormat.PoolAddress
    for index in 0..<counts.poolAddresses {
      let place = layout[.poolAddresses].lowerBound + index * Field.byteCount
      let family = bytes.load(at: place + Field.family, as: UInt8.self)
      guard SocketAddress.Family(rawValue: family) != nil,
        bytes.load(at: place + Field.port, as: UInt16.self) > 0
      else { throw .badRecord(.poolAddresses, index: index, field: "address") }
    }
  }
}
