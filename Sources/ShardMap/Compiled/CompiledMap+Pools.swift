extension CompiledMap {
  /// The record of a pool.
  ///
  /// - Precondition: the index came from this map.
  public func pool(_ index: PoolIndex) -> PoolRecord {
    typealias Field = MapFormat.Pool
    let record = place(of: index)
    let flags = bytes.load(at: record + Field.flags, as: UInt8.self)
    let foreign = bytes.load(at: record + Field.foreign, as: UInt8.self)
    return PoolRecord(
      id: name(at: record), dedicated: flags & Field.dedicated != 0,
      foreign: ForeignTenants(rawValue: foreign) ?? .refuse,
      routersPerTenant: bytes.load(at: record + Field.routersPerTenant, as: UInt16.self))
  }

  /// The names of a pool's routers, in the order of the document; empty where it doesn't say.
  ///
  /// - Precondition: the index came from this map.
  public func routers(of pool: PoolIndex) -> [[UInt8]] {
    typealias Field = MapFormat.Pool
    let record = place(of: pool)
    let first = Int(bytes.load(at: record + Field.firstRouter, as: UInt32.self))
    let count = Int(bytes.load(at: record + Field.routerCount, as: UInt16.self))
    return (first..<first + count).map { router in
      let name = name(at: sections.poolRouters + router * MapFormat.PoolRouter.byteCount)
      return Array(bytes.slice(name.offset..<name.offset + name.count))
    }
  }

  /// Where sessions for a pool are relayed to, in order of preference.
  ///
  /// - Precondition: the index came from this map.
  public func addresses(of pool: PoolIndex) -> [SocketAddress] {
    typealias Field = MapFormat.Pool
    let record = place(of: pool)
    let first = Int(bytes.load(at: record + Field.firstAddress, as: UInt32.self))
    let count = Int(bytes.load(at: record + Field.addressCount, as: UInt8.self))
    return (first..<first + count).map { address in
      bytes.poolAddress(
        at: sections.poolAddresses + address * MapFormat.PoolAddress.byteCount)
    }
  }

  private func place(of pool: PoolIndex) -> Int {
    place(pool, header.counts.pools, sections.pools, MapFormat.Pool.byteCount)
  }
}

extension MapBytes {
  fileprivate func poolAddress(at record: Int) -> SocketAddress {
    typealias Field = MapFormat.PoolAddress
    let family = load(at: record + Field.family, as: UInt8.self)
    return SocketAddress(
      family: SocketAddress.Family(rawValue: family) ?? .ipv4,
      high: load(at: record + Field.addressHigh, as: UInt64.self),
      low: load(at: record + Field.addressLow, as: UInt64.self),
      port: load(at: record + Field.port, as: UInt16.self))
  }
}
