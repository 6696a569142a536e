internal import MapDocument

/// Changes under load that are no accidents.
extension FleetUnderLoad {
  /// Moves a tenant's record to another shard, where it has a database; no data moves.
  ///
  /// Returns when the control plane has committed it or, without one, the map is published.
  /// - Throws: `FleetError.fault` when there is no such tenant or shard; `.control`, `.map`,
  ///   `.command`, `.cancelled`.
  public func moveTenant(_ id: String, to shard: String) async throws(FleetError) {
    guard let tenant = fleet.tenants.first(where: { $0.id == id }) else {
      throw .fault("tenant \(id)", reason: "the fleet has none of this name")
    }
    let target = try servers(of: shard)
    if fleet.control != nil {
      try await fleet.moveTenantRecord(tenant, to: shard)
      return
    }
    try await fleet.makeDatabase(of: tenant, on: target.primary)
    try fleet.republish { document in
      for place in document.tenants.indices
      where document.tenants[place].id == id && document.tenants[place].shard != shard {
        document.tenants[place].shard = shard
        document.tenants[place].generation += 1
      }
    }
  }

  /// Stops the router in order; the end starts it again on the same ports.
  ///
  /// - Throws: `FleetError.fault` when it is stopped already.
  public func stopRouter() async throws(FleetError) -> FaultInForce {
    try await begin(.router) { () async throws(FleetError) in
      await router.stop()
      return { [self] () async throws(FleetError) in try await startRouter() }
    }
  }

  private func startRouter() async throws(FleetError) {
    router = try await fleet.restartRouter(router)
  }
}
