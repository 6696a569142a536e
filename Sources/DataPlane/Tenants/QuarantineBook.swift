import ShardMap

/// The tenants whose new sessions go to another pool for now, as every worker has them.
struct QuarantineBook: Sendable, Equatable {
  /// Pools' ids by tenant: a pool's place changes with the map.
  private(set) var pools: [[UInt8]: [UInt8]] = [:]

  var isEmpty: Bool { pools.isEmpty }

  /// The pool that a tenant's new sessions go to, by a map; nil where the tenant is not in quarantine, or the map has no
  /// such pool.
  func pool(for tenant: [UInt8], in map: CompiledMap) -> PoolIndex? {
    guard !pools.isEmpty, let pool = pools[tenant] else { return nil }
    return map.pool(id: pool.span.bytes)
  }

  mutating func add(_ tenant: [UInt8], to pool: [UInt8]) { pools[tenant] = pool }

  mutating func remove(_ tenant: [UInt8]) { pools[tenant] = nil }
}
