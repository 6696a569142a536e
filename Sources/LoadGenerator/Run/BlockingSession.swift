import Glibc
import LoadClient
import LoadScenario
import TLS

/// Why a session, or a statement in it, failed.
struct SessionFailure: Error {
  var failure: Failure
  var message: String?
}

/// One client connection on a socket of its own, by calls that wait.
struct BlockingSession: ~Copyable {
  private let socket = Sockets.open()
  private let plan: PlannedLoad
  private var machine = ClientMachine(tenant: 0, connection: 0, seed: 0)
  private var ledger: ConsistencyLedger
  private var tls: TLSStream?
  private var progress = TLSStream.Progress.handshaking
  private var out: [UInt8] = []

  private init(_ plan: PlannedLoad) {
    self.plan = plan
    ledger = ConsistencyLedger(plan.load, number: 0, worker: 0)
  }

  /// Connects and logs in.
  static func opened(
    _ plan: PlannedLoad, to target: LoadTarget
  ) throws(LoadError) -> BlockingSession {
    let address = try TargetAddress(host: target.host, port: target.port)
    var session = BlockingSession(plan)
    do throws(SessionFailure) {
      try session.open(address, target)
    } catch {
      throw .noConnection(
        target: "\(target.host):\(target.port)", cause: error.failure.name, message: error.message)
    }
    return session
  }

  deinit { if socket >= 0 { _ = Glibc.close(socket) } }

  /// Runs one transaction of the plan's mix.
  mutating func run(_ kind: Int) throws(SessionFailure) {
    machine.begin(kind, at: MonotonicClock.now, plan.client, &ledger, into: &out)
    try flush()
    try answer()
  }

  /// Takes leave.
  mutating func close() {
    machine.close(into: &out)
    try? flush()
  }

  private mutating func open(
    _ address: TargetAddress, _ target: LoadTarget
  ) throws(SessionFailure) {
    try connect(address)
    if target.sendsProxyHeader { Preamble.appendProxyHeader(ofSocket: socket, to: &out) }
    if target.encryption != .off { try secure(target) }
    machine.open(plan.client, into: &out)
    try flush()
    try answer()
  }

  private mutating func connect(_ address: TargetAddress) throws(SessionFailure) {
    guard socket >= 0 else { throw SessionFailure(failure: Errno.connectFailure(-socket)) }
    // The system's own patience is two minutes and more.
    let limit = GeneratorLimits.statementConnectTimeout
    Sockets.set(socket, sendTimeout: limit)
    guard Glibc.connect(socket, address.pointer, TargetAddress.size) == 0 else {
      let code = errno == EINPROGRESS ? ETIMEDOUT : errno
      throw SessionFailure(failure: Errno.connectFailure(code))
    }
  }

  private mutating func secure(_ target: LoadTarget) throws(SessionFailure) {
    if target.encryption == .requested {
      Preamble.appendSSLRequest(to: &out)
      try flush()
      guard try receive(most: 1) == [UInt8(ascii: "S")] else {
        throw SessionFailure(failure: Failure(.tls), message: "the target has no TLS")
      }
    }
    let stream = try Self.stream(serverName: target.serverName(forTenant: plan.names[0]))
    tls = consume stream
    // What the target sends behind its part of the handshake says nothing before the login.
    _ = try decrypted([])
    while progress == .handshaking { _ = try decrypted(receive()) }
  }

  private static func stream(serverName: String?) throws(SessionFailure) -> TLSStream {
    do throws(TLSError) {
      return try TLSStream(
        TLSContext(client: TLSContext.ClientSettings(verification: .require)),
        serverName: serverName)
    } catch {
      throw SessionFailure(failure: Failure(.tls), message: error.description)
    }
  }

  /// Reads until the machine has an event.
  private mutating func answer() throws(SessionFailure) {
    while true {
      var bytes = try receive()
      if tls != nil { bytes = try decrypted(bytes) }
      let event = machine.receive(
        bytes.span.bytes, at: MonotonicClock.now, plan.client, &ledger, into: &out)
      try flush()
      switch event {
      case .pending: continue
      case .opened, .completed: return
      case .thinks:
        machine.goOn(at: MonotonicClock.now, plan.client, into: &out)
        try flush()
      case .failed(let failure), .broken(let failure):
        throw SessionFailure(failure: failure, message: machine.lastFailureText)
      }
    }
  }

  /// What TLS says; what it wants to send is sent.
  private mutating func decrypted(_ bytes: [UInt8]) throws(SessionFailure) -> [UInt8] {
    var (plaintext, answer): ([UInt8], [UInt8]) = ([], [])
    do throws(TLSError) {
      progress = try tls!.receive(bytes.span.bytes, plaintext: &plaintext, ciphertext: &answer)
    } catch {
      throw SessionFailure(failure: Failure(.tls), message: error.description)
    }
    try send(out + answer)
    out.removeAll()
    return plaintext
  }

  /// Receives something.
  private mutating func receive(most: Int = 65_536) throws(SessionFailure) -> [UInt8] {
    var wanted = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    let limit = Int32(GeneratorLimits.statementTimeout / 1_000_000)
    guard poll(&wanted, 1, limit) > 0 else { throw SessionFailure(failure: Failure(.timeout)) }
    var bytes = [UInt8](repeating: 0, count: most)
    let count = recv(socket, &bytes, most, 0)
    guard count > 0 else {
      throw SessionFailure(failure: Failure(count == 0 ? .closed : .reset))
    }
    bytes.removeSubrange(count...)
    return bytes
  }

  /// Sends what the session wants to send, inside TLS if there is one.
  private mutating func flush() throws(SessionFailure) {
    var (bytes, sealed): ([UInt8], [UInt8]) = (out, [])
    out = []
    if tls != nil {
      do throws(TLSError) {
        try tls!.send(bytes.span.bytes, ciphertext: &sealed)
      } catch {
        throw SessionFailure(failure: Failure(.tls), message: error.description)
      }
      bytes = sealed
    }
    try send(bytes)
  }

  private mutating func send(_ bytes: [UInt8]) throws(SessionFailure) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress! + offset, $0.count - offset, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw SessionFailure(failure: Failure(.reset)) }
      offset += count
    }
  }
}
