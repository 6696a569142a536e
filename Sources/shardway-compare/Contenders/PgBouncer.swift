internal import LocalFleet

/// PgBouncer as somebody who wants it fast would configure it.
struct PgBouncer {
  /// Its name in tables.
  var name = "pgbouncer"
  /// Bytes of the buffer of each connection; 4,096 is the default.
  var packetBuffer = 4_096
  /// Whether it is for large rows only.
  var isForBulk = false
  /// Whether clients keep a server connection or share some.
  var pooling = Workload.Pooling.session
  /// Its version: since 1.21 prepared statements find their server where clients share them.
  var version = ""

  /// PgBouncer with room for a 1 MiB row to pass in few pieces.
  static let largeBuffers = PgBouncer(
    name: "pgbouncer pkt_buf=64k", packetBuffer: 65_536, isForBulk: true)

  /// Starts it, as the servers' account because it refuses to run as root: so many processes, of
  /// one thread each, that share the port and the server connections.
  func start(
    in fleet: Fleet, tenant: FleetTenant, server: PostgresServer, processes count: Int = 1
  ) throws(FleetError) -> Contender {
    let port = try LoopbackPort.free()
    let users = try fleet.write("\"\(FleetRole.application)\" \"\"\n", to: "\(fileName).users")
    let configuration = try fleet.write(
      text(port: port, tenant: tenant, server: server, users: users, processes: count),
      to: "\(fileName).ini")
    var processes: [ChildProcess] = []
    for number in 0..<count {
      processes.append(
        try fleet.start(
          Launch("pgbouncer", ["-q", configuration]),
          name: number == 0 ? fileName : "\(fileName)-\(number + 1)", asServer: true))
    }
    return Contender(
      name, .pgbouncer,
      Conninfo(port: port, user: FleetRole.application, database: tenant.database),
      processes: processes, isForBulk: isForBulk, preparesShared: preparesShared)
  }

  private var fileName: String { "pgbouncer-\(packetBuffer)" }

  private var servers: Int {
    pooling == .session ? ComparisonLimits.connections : ComparisonLimits.sharedServers
  }

  /// Whether this version has `max_prepared_statements`.
  var preparesShared: Bool {
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    return numbers.count > 1 && (numbers[0], numbers[1]) >= (1, 21)
  }

  private func text(
    port: UInt16, tenant: FleetTenant, server: PostgresServer, users: String, processes: Int
  ) -> String {
    """
    [databases]
    \(tenant.database) = host=127.0.0.1 port=\(server.port) dbname=\(tenant.database)
    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = \(port)
    unix_socket_dir =
    auth_type = trust
    auth_file = \(users)
    pool_mode = \(pooling.rawValue)
    default_pool_size = \(servers / processes)
    so_reuseport = \(processes > 1 ? 1 : 0)
    \(preparesShared ? "max_prepared_statements = 200" : "")
    max_client_conn = \(ComparisonLimits.connections)
    pkt_buf = \(packetBuffer)
    tcp_keepalive = 1
    server_tls_sslmode = disable
    log_connections = 0
    log_disconnections = 0
    log_stats = 0

    """
  }
}
