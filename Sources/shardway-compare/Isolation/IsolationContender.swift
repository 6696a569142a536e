internal import Glibc
internal import LoadScenario
internal import LocalFleet

/// One way for both tenants to their databases.
struct IsolationContender: Sendable {
  let name: String
  /// Where the premium tenant's clients connect to.
  let premium: LoadTarget
  /// Where the shared tenant's clients connect to.
  let shared: LoadTarget
  let processes: [ChildProcess]
}

/// Starts what is compared, in front of one server.
struct IsolationContenders: Sendable {
  let fleet: Fleet
  /// The path of the `shardway-router` program.
  let router: String

  /// A router for each pool, one router for both tenants, and a plain PgBouncer where it is there.
  func start(withPgBouncer: Bool) async throws -> [IsolationContender] {
    let premium = try await startRouter("router-premium", pool: "premium-1")
    let shared = try await startRouter("router-shared", pool: "shared")
    let both = try await startRouter("router-both", pool: nil)
    var all = [
      IsolationContender(
        name: "router, premium pool", premium: target(premium.postgresPort),
        shared: target(shared.postgresPort), processes: [premium.process, shared.process]),
      IsolationContender(
        name: "router, one for both", premium: target(both.postgresPort),
        shared: target(both.postgresPort), processes: [both.process]),
    ]
    if withPgBouncer { all.append(try startPgBouncer()) }
    return all
  }

  /// Stops what `start` has started.
  func stop(_ contenders: [IsolationContender]) async {
    for process in contenders.flatMap(\.processes) {
      process.signal(SIGTERM)
      if await process.wait(upTo: FleetLimits.stop) == nil { process.signal(SIGKILL) }
      _ = await process.wait()
    }
  }

  private func target(_ port: UInt16) -> LoadTarget {
    var target = LoadTarget(host: "127.0.0.1", port: port)
    target.user = FleetRole.application
    return target
  }

  private func startRouter(_ name: String, pool: String?) async throws -> LocalRouter {
    var options = RouterOptions(executable: router)
    options.workers = 1
    var sharing = FleetPooling()
    sharing.serversPerPool = IsolationPlan.serversPerTenant
    options.pooling = sharing
    if let pool { options.sections["pool"] = "{ id: \(pool) }" }
    return try await fleet.startRouter(options, name: name)
  }

  private func startPgBouncer() throws -> IsolationContender {
    let port = try LoopbackPort.free()
    let users = try fleet.write("\"\(FleetRole.application)\" \"\"\n", to: "isolation.users")
    let path = try fleet.write(configuration(port: port, users: users), to: "isolation.conf")
    let process = try fleet.start(
      Launch("pgbouncer", ["-q", path]), name: "isolation-pgbouncer", asServer: true)
    return IsolationContender(
      name: "pgbouncer", premium: target(port), shared: target(port), processes: [process])
  }

  /// PgBouncer for two databases, with as many server connections for each as the router has.
  private func configuration(port: UInt16, users: String) -> String {
    let databases = fleet.tenants.map {
      "\($0.id) = host=127.0.0.1 port=\(fleet.shards[0].primary.port) dbname=\($0.database)"
    }
    return """
      [databases]
      \(databases.joined(separator: "\n"))
      [pgbouncer]
      listen_addr = 127.0.0.1
      listen_port = \(port)
      listen_backlog = 4096
      unix_socket_dir =
      auth_type = trust
      auth_file = \(users)
      pool_mode = transaction
      default_pool_size = \(IsolationPlan.serversPerTenant)
      max_client_conn = \(ComparisonLimits.connections)
      server_tls_sslmode = disable
      log_connections = 0
      log_disconnections = 0
      log_stats = 0

      """
  }
}
