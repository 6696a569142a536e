internal import LocalFleet

/// Starts all that is compared, in front of one server and one tenant's database.
struct Contenders {
  let fleet: Fleet
  /// The path of the `shardway-router` program.
  let router: String
  /// Whether a second router takes part, to show what two equals differ by.
  let hasControl: Bool
  /// Whether clients keep a server connection or share some.
  let pooling: Workload.Pooling
  /// Workers of a router, and processes of PgBouncer.
  let workers: Int
  /// PgBouncer's version, on which what it can do depends.
  let pgbouncerVersion: String

  /// Starts the proxies and waits until each answers queries.
  func start() async throws(FleetError) -> [Contender] {
    let tenant = fleet.tenants[0]
    guard let server = fleet.shard(tenant.shard)?.primary else {
      preconditionFailure("a tenant's shard exists")
    }
    var all = [try await startRouter("router", tenant: tenant)]
    switch pooling {
    case .session:
      for variant in [PgBouncer(), .largeBuffers] {
        all.append(try variant.start(in: fleet, tenant: tenant, server: server))
      }
      for variant in [HAProxy(), .largeBuffers, .splicing] {
        all.append(try variant.start(in: fleet, tenant: tenant, server: server))
      }
    case .transaction:
      let variant = PgBouncer(pooling: .transaction, version: pgbouncerVersion)
      all.append(
        try variant.start(in: fleet, tenant: tenant, server: server, processes: workers))
    }
    if hasControl { all.append(try await startRouter("router again", tenant: tenant)) }
    all.append(Contender("direct", .direct, server.conninfo(database: tenant.database)))
    for contender in all { try await contender.waitUntilReady(in: fleet, server: server) }
    return all
  }

  private func startRouter(
    _ name: String, tenant: FleetTenant
  ) async throws(FleetError) -> Contender {
    var options = RouterOptions(executable: router)
    options.workers = workers
    if pooling == .transaction {
      var sharing = FleetPooling()
      sharing.serversPerPool = ComparisonLimits.sharedServers / workers
      options.pooling = sharing
    }
    let fileName = name.split(separator: " ").joined(separator: "-")
    let router = try await fleet.startRouter(options, name: fileName)
    return Contender(name, .router, router.conninfo(to: tenant), processes: [router.process])
  }
}
