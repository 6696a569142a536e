extension MapBuilder {
  /// Adds a policy. The pool that it sends hot tenants to is there already.
  public mutating func addPolicy(
    id: String, tier: Consistency, readTier: Consistency? = nil, pooling: PoolMode? = nil,
    freshness: FreshnessRules = .standard, boundedFallback: BoundedFallback = .primary,
    primaryReadBudgetPercent: UInt8 = PolicyRecord.standardReadBudgetPercent,
    envelope: Envelope = .unlimited, degradation: DegradationRules = .standard,
    hotTenant: HotTenantRules? = nil, label: String? = nil
  ) throws(MapBuildError) -> PolicyIndex {
    guard FreshnessClass.allCases.allSatisfy({ freshness[$0].isValid }) else {
      throw .badFreshness(policy: id)
    }
    guard tier.isValid, readTier?.isValid != false else { throw .badTier(policy: id) }
    guard primaryReadBudgetPercent <= 100 else { throw .badReadBudget(policy: id) }
    if let fault = (envelope.faults + degradation.faults + (hotTenant?.faults ?? [])).first {
      throw .badField(of: "policy \(id)", fault.field)
    }
    guard hotTenant?.quarantinePool.map({ $0.rawValue < counts.pools }) != false else {
      throw .danglingIndex("policy \(id)")
    }
    if let label { try Self.check(label) }
    let (stored, storedRead) = (StoredTier(tier), StoredTier(readTier))
    let start = policies.bytes.count
    try appendName(id, to: \.policies)
    policies.append(stored.kind)
    policies.append(boundedFallback.rawValue)
    policies.append(storedRead.kind)
    policies.append(stored.boundMilliseconds)
    policies.append(storedRead.boundMilliseconds)
    policies.append(pooling?.rawValue ?? MapFormat.Policy.absent)
    policies.append(primaryReadBudgetPercent)
    policies.pad(to: start + MapFormat.Policy.freshness)
    for dataClass in FreshnessClass.allCases {
      policies.append(freshness[dataClass].ttlMilliseconds)
      policies.append(freshness[dataClass].maxStaleMilliseconds)
    }
    policies.append(envelope)
    policies.append(degradation.deepest.rawValue)
    policies.append(degradation.relaxedBoundMilliseconds)
    policies.append(hotTenant)
    policies.pad(to: start + MapFormat.Policy.label)
    appendText(label ?? "", to: \.policies)
    policies.pad(to: start + MapFormat.Policy.byteCount)
    return PolicyIndex(try next(\.policies, "policies", MapLimits.policies))
  }

  /// Adds a pool of routers with their names, of which so many serve one tenant (0 for all), and the
  /// addresses that sessions are relayed to, in order of preference.
  public mutating func addPool(
    id: String, dedicated: Bool, foreign: ForeignTenants = .refuse, routers: [String] = [],
    routersPerTenant: UInt16 = 0, addresses: [SocketAddress] = []
  ) throws(MapBuildError) -> PoolIndex {
    for (name, count, limit) in [
      ("routers", routers.count, MapLimits.routersPerPool),
      ("addresses", addresses.count, MapLimits.addressesPerPool),
    ] where count > limit {
      throw .overLimit("\(name) of pool \(id)", count, limit: limit)
    }
    guard routersPerTenant <= routers.count else {
      throw .badField(of: "pool \(id)", "routersPerTenant")
    }
    try appendName(id, to: \.pools)
    pools.append(dedicated ? MapFormat.Pool.dedicated : 0)
    pools.append(foreign.rawValue)
    pools.append(UInt8(addresses.count))
    pools.append(routersPerTenant)
    pools.append(UInt16(routers.count))
    pools.append(UInt32(counts.poolRouters))
    pools.append(UInt32(counts.poolAddresses))
    for router in routers { try addRouter(router) }
    for address in addresses { add(address) }
    return PoolIndex(try next(\.pools, "pools", MapLimits.pools))
  }

  private mutating func addRouter(_ name: String) throws(MapBuildError) {
    let start = poolRouters.bytes.count
    try appendName(name, to: \.poolRouters)
    poolRouters.pad(to: start + MapFormat.PoolRouter.byteCount)
    counts.poolRouters += 1
  }

  private mutating func add(_ address: SocketAddress) {
    let start = poolAddresses.bytes.count
    poolAddresses.append(UInt16(address.family.rawValue))
    poolAddresses.append(address.port)
    poolAddresses.pad(to: start + MapFormat.PoolAddress.addressHigh)
    poolAddresses.append(address.high)
    poolAddresses.append(address.low)
    counts.poolAddresses += 1
  }
}
