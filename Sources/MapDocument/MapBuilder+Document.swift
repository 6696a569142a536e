public import ShardMap

extension MapBuilder {
  /// Adds a pool of a document.
  ///
  /// - Throws: ``ShardMap/MapBuildError`` when it is over a limit, or an address is none.
  public mutating func addPool(_ pool: Pool) throws(MapBuildError) -> PoolIndex {
    var addresses: [SocketAddress] = []
    for text in pool.addresses {
      guard let address = SocketAddress(text) else {
        throw .badField(of: "pool \(pool.id)", "addresses")
      }
      addresses.append(address)
    }
    return try addPool(
      id: pool.id, dedicated: pool.dedicated, foreign: pool.foreign, routers: pool.routers,
      routersPerTenant: UInt16(clamping: pool.routersPerTenant), addresses: addresses)
  }

  /// Adds a policy of a document; `pools` has the pools that were added, by their ids.
  ///
  /// - Throws: ``ShardMap/MapBuildError`` when a field is out of its range, or its quarantine pool isn't
  ///   there.
  public mutating func addPolicy(
    _ policy: Policy, pools: [String: PoolIndex]
  ) throws(MapBuildError) -> PolicyIndex {
    var hotTenant = policy.hotTenant?.rules
    if let id = policy.hotTenant?.quarantinePool {
      guard let pool = pools[id] else { throw .danglingIndex("policy \(policy.id)") }
      hotTenant?.quarantinePool = pool
    }
    return try addPolicy(
      id: policy.id, tier: policy.tier, readTier: policy.readTier, pooling: policy.pooling,
      freshness: policy.freshness, boundedFallback: policy.boundedFallback,
      primaryReadBudgetPercent: UInt8(clamping: policy.primaryReadBudgetPercent),
      envelope: policy.envelope, degradation: policy.degradation, hotTenant: hotTenant,
      label: policy.label)
  }
}

extension IssueTime? {
  /// The end of a mode as a map's builder takes it, in milliseconds since 1970; 0 for no end.
  public var modeEndMilliseconds: UInt64 {
    map { UInt64(clamping: $0.millisecondsSince1970) } ?? 0
  }
}
