internal import LocalFleet

/// PgBouncer in session mode, as somebody who wants it fast would configure it.
struct PgBouncer {
  /// Its name in tables.
  var name = "pgbouncer"
  /// Bytes of the buffer of each connection; 4,096 is the default.
  var packetBuffer = 4_096
  /// Whether it is for large rows only.
  var isForBulk = false

  /// PgBouncer with room for a 1 MiB row to pass in few pieces.
  static let largeBuffers = PgBouncer(
    name: "pgbouncer pkt_buf=64k", packetBuffer: 65_536, isForBulk: true)

  /// Starts it, as the servers' account because it refuses to run as root.
  func start(
    in fleet: Fleet, tenant: FleetTenant, server: PostgresServer
  ) throws(FleetError) -> Contender {
    let port = try LoopbackPort.free()
    let users = try fleet.write("\"\(FleetRole.application)\" \"\"\n", to: "\(fileName).users")
    let configuration = try fleet.write(
      text(port: port, tenant: tenant, server: server, users: users), to: "\(fileName).ini")
    let process = try fleet.start(
      Launch("pgbouncer", ["-q", configuration]), name: fileName, asServer: true)
    return Contender(
      name, .pgbouncer,
      Conninfo(port: port, user: FleetRole.application, database: tenant.database),
      process: process, isForBulk: isForBulk)
  }

  private var fileName: String { "pgbouncer-\(packetBuffer)" }

  private func text(
    port: UInt16, tenant: FleetTenant, server: PostgresServer, users: String
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
    pool_mode = session
    default_pool_size = \(ComparisonLimits.connections)
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
