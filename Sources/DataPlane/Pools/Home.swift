import ShardMap

/// Where a tenant's new session belongs, seen from one router.
///
/// Never is a session served as if it were at home that isn't, and never is one relayed that another router has relayed: such a session bears a
/// mark (``RouterOption/relayed``). A router that runs for no pool is everybody's home.
enum Home: Equatable {
  /// This router serves it.
  case here
  /// One of these does; from the first on, or from any where each is another router of the pool.
  case elsewhere(Elsewhere)
  /// It is not served, and not relayed.
  case refused(Refused)

  /// Where routers of a tenant's pool take sessions.
  struct Elsewhere: Equatable {
    let pool: PoolIndex
    /// Never empty.
    let addresses: [SocketAddress]
    /// Whether each address is another router, so that sessions are to be spread over them; else they stand in order of preference.
    let areAlike: Bool
  }

  /// Why a session is neither served nor relayed.
  enum Refused: Equatable {
    /// The map in use doesn't have the router's pool.
    case poolIsGone
    /// The tenant is in another pool, or on other routers of this one, and this pool's rule is to refuse such sessions.
    case foreign(PoolIndex)
    /// The rule is to relay them, and the map doesn't say where its pool's routers are.
    case nowhere(PoolIndex)
    /// Another router has relayed it, and it isn't at home here either.
    case astray(PoolIndex)
  }
}

extension Home {
  /// Decides where a session belongs.
  ///
  /// - Parameters:
  ///   - tenant: the tenant's id.
  ///   - pool: the pool that serves the tenant now, which may be one for quarantine.
  ///   - isRelayed: whether another router has relayed the session.
  ///   - own: the pool that the router runs for; nil where it runs for none.
  ///   - map: the map in use.
  init(
    of tenant: RawSpan, in pool: PoolIndex, isRelayed: Bool, at own: HomePool?, map: CompiledMap
  ) {
    guard let own else {
      self = .here
      return
    }
    guard let ownIndex = own.index else {
      self = .refused(.poolIsGone)
      return
    }
    let record = map.pool(ownIndex)
    let isAtHome =
      pool == ownIndex && Self.serves(own.router, tenant, record, map.routers(of: ownIndex))
    if isAtHome {
      self = .here
    } else if isRelayed {
      let isServed = record.foreign == .serve && !record.dedicated
      self = isServed ? .here : .refused(.astray(pool))
    } else if record.foreign == .relay {
      self = Self.relay(tenant, to: pool, map)
    } else {
      self = .refused(.foreign(pool))
    }
  }

  /// Where the routers are that serve a tenant of a pool.
  static func relay(_ tenant: RawSpan, to pool: PoolIndex, _ map: CompiledMap) -> Home {
    let record = map.pool(pool)
    let addresses = map.addresses(of: pool)
    let routers = map.routers(of: pool)
    let areAlike = addresses.count > 1 && addresses.count == routers.count
    guard record.routersPerTenant > 0 else {
      return addresses.isEmpty
        ? .refused(.nowhere(pool))
        : .elsewhere(Elsewhere(pool: pool, addresses: addresses, areAlike: areAlike))
    }
    // Any other address might lead to a router that doesn't serve the tenant.
    guard addresses.count == routers.count else { return .refused(.nowhere(pool)) }
    let chosen = ShuffleShard.routers(
      of: tenant, among: routers, count: Int(record.routersPerTenant))
    guard !chosen.isEmpty else { return .refused(.nowhere(pool)) }
    return .elsewhere(
      Elsewhere(pool: pool, addresses: chosen.map { addresses[$0] }, areAlike: true))
  }

  /// Whether a router of a pool serves one of the pool's tenants.
  private static func serves(
    _ router: [UInt8], _ tenant: RawSpan, _ record: PoolRecord, _ routers: [[UInt8]]
  ) -> Bool {
    guard record.routersPerTenant > 0 else { return true }
    guard let place = routers.firstIndex(of: router) else { return false }
    return ShuffleShard.serves(
      place, tenant: tenant, among: routers, count: Int(record.routersPerTenant))
  }
}
