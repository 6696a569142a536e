internal import LocalFleet

/// The fleet that a measurement is made with.
enum MeasuredFleet {
  /// One server without replicas, beside whose blocks nothing of its own runs.
  static func options(tenants: Int) -> FleetOptions {
    var options = FleetOptions()
    options.shards = 1
    options.replicasPerShard = 0
    options.tenants = tenants
    options.settings = ["autovacuum": "off", "checkpoint_timeout": "1d", "jit": "off"]
    return options
  }

  /// Measures with a fleet, and leaves nothing running, however that ends.
  static func use(
    _ options: FleetOptions, _ measure: (Fleet) async throws -> Void
  ) async throws {
    let fleet = try await Fleet.start(options)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await measure(fleet)) } catch { outcome = .failure(error) }
    await fleet.stop()
    try outcome.get()
  }
}
