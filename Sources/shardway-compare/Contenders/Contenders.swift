internal import LocalFleet

/// Starts all that is compared, in front of one server and one tenant's database.
struct Contenders {
  let fleet: Fleet
  /// The path of the `shardway-router` program.
  let router: String
  /// Whether a second router takes part, to show what two equals differ by.
  let hasControl: Bool

  /// Starts the proxies and waits until each answers queries.
  func start() async throws(FleetError) -> [Contender] {
    let tenant = fleet.tenants[0]
    guard let server = fleet.shard(tenant.shard)?.primary else {
      preconditionFailure("a tenant's shard exists")
    }
    var all = [try await startRouter("router", tenant: tenant)]
    for variant in [PgBouncer(), .largeBuffers] {
      all.append(try variant.start(in: fleet, tenant: tenant, server: server))
    }
    for variant in [HAProxy(), .largeBuffers, .splicing] {
      all.append(try variant.start(in: fleet, tenant: tenant, server: server))
    }
    if hasControl { all.append(try await startRouter("router again", tenant: tenant)) }
    all.append(
      Contender("direct", .direct, server.conninfo(database: tenant.database), process: nil))
    for contender in all { try await contender.waitUntilReady(in: fleet, server: server) }
    return all
  }

  private func startRouter(
    _ name: String, tenant: FleetTenant
  ) async throws(FleetError) -> Contender {
    var options = RouterOptions(executable: router)
    options.workers = 1
    let fileName = name.split(separator: " ").joined(separator: "-")
    let router = try await fleet.startRouter(options, name: fileName)
    return Contender(name, .router, router.conninfo(to: tenant), process: router.process)
  }
}
