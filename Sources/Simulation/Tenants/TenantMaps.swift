import ShardMap

/// Maps of the tenants of a plan: one of all, and one in which every other tenant has no limits any more.
enum TenantMaps {
  static func map(of plan: TenantPlan, version: UInt64) throws -> CompiledMap {
    var map = MapBuilder(mapVersion: version, issuedAt: 0)
    let zone = try map.addZone(id: "z", region: try map.addRegion(id: "r"))
    let instance = try map.addInstance(
      id: "i", zone: zone, address: SocketAddress(ipv4: 0x0A00_0001, port: 5432))
    let shard = try map.addShard(id: "s", epoch: 1, primary: instance)
    let pool = try map.addPool(id: "p", dedicated: false)
    for (number, envelope) in plan.envelopes.enumerated() {
      let policy = try map.addPolicy(
        id: "p\(number)", tier: .strong,
        envelope: version > 1 && isRelaxed(number) ? relaxed(envelope) : envelope)
      try map.addTenant(
        id: "t\(number)", shard: shard, policy: policy, pool: pool, generation: 1)
    }
    return try map.compiled()
  }

  /// Whether a tenant has no limits any more in the second map.
  static func isRelaxed(_ tenant: Int) -> Bool { tenant.isMultiple(of: 2) }

  /// An envelope without limits, whose tenant waits no longer than before.
  private static func relaxed(_ envelope: Envelope) -> Envelope {
    Envelope(maxDelayMilliseconds: envelope.maxDelayMilliseconds)
  }
}

extension MapBuilder {
  /// The map, by way of a file that is gone afterwards.
  func compiled() throws -> CompiledMap {
    let disk = HostFolder()
    return try withExtendedLifetime(disk) {
      try publish(to: disk.map)
      return try CompiledMap.open(path: disk.map)
    }
  }
}
