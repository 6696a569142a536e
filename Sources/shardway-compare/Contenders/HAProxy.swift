internal import LocalFleet

/// HAProxy in TCP mode on one thread, as somebody who wants it fast would configure it.
struct HAProxy {
  /// Its name in tables.
  var name = "haproxy"
  /// Bytes of the buffer of each direction; 16,384 is the default.
  var buffer = 16_384
  /// Whether bytes may pass through a pipe in the kernel instead of HAProxy's buffers.
  var splices = false
  /// Whether it is for large rows only.
  var isForBulk = false

  /// HAProxy with room for a 1 MiB row to pass in few pieces.
  static let largeBuffers = HAProxy(
    name: "haproxy bufsize=128k", buffer: 131_072, isForBulk: true)
  /// HAProxy that moves what it can by `splice(2)`.
  static let splicing = HAProxy(name: "haproxy splice", splices: true, isForBulk: true)

  /// Starts it in the foreground.
  func start(
    in fleet: Fleet, tenant: FleetTenant, server: PostgresServer
  ) throws(FleetError) -> Contender {
    let port = try LoopbackPort.free()
    let configuration = try fleet.write(
      text(port: port, server: server), to: "\(fileName).cfg")
    let process = try fleet.start(
      Launch("haproxy", ["-db", "-q", "-f", configuration]), name: fileName, asServer: true)
    return Contender(
      name, .haproxy,
      Conninfo(port: port, user: FleetRole.application, database: tenant.database),
      processes: [process], isForBulk: isForBulk)
  }

  private var fileName: String { "haproxy-\(buffer)\(splices ? "-splice" : "")" }

  private func text(port: UInt16, server: PostgresServer) -> String {
    """
    global
      nbthread 1
      maxconn \(ComparisonLimits.connections)
      tune.bufsize \(buffer)
      tune.pipesize \(ComparisonLimits.pipeBytes)
    defaults
      mode tcp
      timeout connect 5s
      timeout client 1h
      timeout server 1h
      option clitcpka
      option srvtcpka
      option dontlognull
      \(splices ? "option splice-request\n  option splice-response" : "")
    listen postgres
      bind 127.0.0.1:\(port)
      server primary 127.0.0.1:\(server.port)

    """
  }
}
