extension Peer {
  /// PgBouncer as somebody who wants it fast would configure it.
  static let pgbouncer = pgbouncer("pgbouncer", packetBuffer: 4_096)
  /// PgBouncer with room for a 1 MiB row to pass in few pieces.
  static let pgbouncerLargeBuffers = pgbouncer(
    "pgbouncer pkt_buf=64k", packetBuffer: 65_536, isForBulk: true)

  /// The same with what its version can do: from 1.21 on prepared statements find their server
  /// where clients share them.
  func ofVersion(_ version: String) -> Peer {
    guard family == .pgbouncer else { return self }
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    var peer = self
    peer.preparesShared = numbers.count > 1 && (numbers[0], numbers[1]) >= (1, 21)
    let plain = configuration
    if peer.preparesShared {
      peer.configuration = { plain($0) + "max_prepared_statements = 200\n" }
    }
    return peer
  }

  /// A variant whose connections have buffers of so many bytes; 4,096 is the default.
  private static func pgbouncer(
    _ name: String, packetBuffer: Int, isForBulk: Bool = false
  ) -> Peer {
    Peer(
      name: name, family: .pgbouncer, program: "pgbouncer", versionArguments: ["--version"],
      arguments: ["-q", "{configuration}"], poolings: [.session, .transaction], encryption: .ends,
      sharesPort: true, isForBulk: isForBulk, preparesShared: false
    ) { setting in
      let encryption =
        setting.workload.encryption == .off
        ? "client_tls_sslmode = disable"
        : """
        client_tls_sslmode = require
        client_tls_cert_file = \(setting.certificatePath)
        client_tls_key_file = \(setting.keyPath)
        """
      return """
        [databases]
        \(setting.database) = host=127.0.0.1 port=\(setting.serverPort) dbname=\(setting.database)
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(setting.port)
        listen_backlog = 4096
        unix_socket_dir =
        auth_type = trust
        auth_file = \(setting.usersPath)
        pool_mode = \(setting.workload.pooling.rawValue)
        default_pool_size = \(setting.serversPerProcess)
        so_reuseport = \(setting.processes > 1 ? 1 : 0)
        max_client_conn = \(ComparisonLimits.connections)
        pkt_buf = \(packetBuffer)
        tcp_keepalive = 1
        server_tls_sslmode = \(setting.workload.encryption == .ends ? "require" : "disable")
        \(encryption)
        log_connections = 0
        log_disconnections = 0
        log_stats = 0

        """
    }
  }
}
