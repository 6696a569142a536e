internal import LoadClient
internal import LoadGenerator
internal import LoadScenario
internal import LocalFleet

/// The servers behind the proxies: PostgreSQL, and one that answers at once.
struct Servers: Sendable {
  let fleet: Fleet
  private let nullServer: ChildProcess?
  private let nullPort: UInt16

  /// Starts the null server, a process of its own, beside the fleet's PostgreSQL server; `program`
  /// is the path of `shardway-bench`, or nil where no workload needs the null server.
  init(_ fleet: Fleet, nullServer program: String?) async throws(FleetError) {
    self.fleet = fleet
    guard let program else {
      nullServer = nil
      nullPort = 0
      return
    }
    nullPort = try LoopbackPort.free()
    nullServer = try fleet.start(
      Launch(
        program,
        [
          "backend", "--port", "\(nullPort)", "--workers", "1",
          "--tls-certificate", fleet.certificatePath, "--tls-key", fleet.keyPath,
          "--tls-tickets",
        ]), name: "null-server")
  }

  /// The port of a server, which may not listen yet.
  func port(_ server: Workload.Server) -> UInt16 {
    server == .null ? nullPort : postgres.port
  }

  private var postgres: PostgresServer { fleet.shards[0].primary }

  /// Makes the tables of `select-only`.
  func prepare() throws {
    var target = LoadTarget(host: "127.0.0.1", port: postgres.port)
    target.user = FleetRole.application
    target.tenantPlace = .none
    target.database = fleet.tenants[0].database
    try StatementRunner.run(
      TableSQL.statements(TableSizes(), for: [WeightedTransaction(.selectOnly)]),
      tenant: fleet.tenants[0].id, at: target, password: nil)
  }
}
