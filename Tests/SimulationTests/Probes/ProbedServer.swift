import ShardMap
import Wire

@testable import Simulation

/// A write-ahead log: the commits of one timeline, and those of the timeline that it was forked from.
final class ProbedLog {
  struct Commit: Equatable {
    let time: UInt64
    let position: UInt64
  }

  let timeline: Int
  private(set) var commits: [Commit]

  init(timeline: Int, commits: [Commit] = []) {
    self.timeline = timeline
    self.commits = commits
  }

  var end: UInt64 { commits.last?.position ?? 0 }

  func commit(at time: UInt64, bytes: Int) {
    commits.append(Commit(time: time, position: end + UInt64(bytes)))
  }

  /// The log of whoever is promoted having replayed so far.
  func fork(at position: UInt64) -> ProbedLog {
    ProbedLog(timeline: timeline + 1, commits: commits.filter { $0.position <= position })
  }
}

/// A PostgreSQL server as its probes see it.
final class ProbedServer {
  /// What it does when it is asked.
  enum Mood { case answers, saysNothing, saysRubbish, refusesLogins, asksForPasswords }

  let id: String
  let address: SocketAddress
  let world: SimulatedWorld
  var log: ProbedLog
  var isPrimary: Bool
  /// What a replica has replayed.
  var replayed: UInt64 = 0
  var isAlive = true
  var mood = Mood.answers
  var epoch: String?
  /// Times it was connected to, and times it was asked.
  private(set) var connectionCount = 0
  private(set) var askedAt: [UInt64] = []
  private var connections: [ProbedConnection] = []

  init(id: String, address: SocketAddress, world: SimulatedWorld, log: ProbedLog, isPrimary: Bool) {
    self.id = id
    self.address = address
    self.world = world
    self.log = log
    self.isPrimary = isPrimary
  }

  /// Connections that have not ended.
  var openConnections: Int { connections.count { !$0.isOver } }

  func connect() -> SimulatedSocket {
    let (near, far) = SimulatedSocket.pair(world, "prober", id)
    let connection = ProbedConnection(server: self, socket: far)
    connectionCount += 1
    if isAlive { connections.append(connection) } else { connection.die() }
    return near
  }

  /// Its process is killed; all connections are reset.
  func crash() {
    isAlive = false
    disconnect()
  }

  func disconnect() {
    for connection in connections { connection.die() }
    connections = []
  }

  /// What it answers now.
  func answer() -> [UInt8] {
    askedAt.append(world.now)
    let position = isPrimary ? log.end : replayed
    let text = "\(String(position >> 32, radix: 16))/\(String(position & 0xFFFF_FFFF, radix: 16))"
    return Self.row([
      isPrimary ? "f" : "t", text, "8192", "16777216", "1", "\(log.timeline)", epoch,
    ])
      + MessageEncoder.encode(
        type: BackendMessageType.commandComplete, body: Array("SELECT 1\0".utf8))
      + ReadyForQuery(status: .idle).encoded()
  }

  private static func row(_ values: [String?]) -> [UInt8] {
    var body: [UInt8] = [0, UInt8(values.count)]
    for value in values {
      let length = value?.utf8.count ?? -1
      body += (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
      body += Array((value ?? "").utf8)
    }
    return MessageEncoder.encode(type: BackendMessageType.dataRow, body: body)
  }

  func dismantle() { connections = [] }
}

/// One connection at such a server.
final class ProbedConnection {
  private unowned let server: ProbedServer
  private let socket: SimulatedSocket
  private var arrived: [UInt8] = []
  private var hasStarted = false
  private(set) var isOver = false

  init(server: ProbedServer, socket: SimulatedSocket) {
    self.server = server
    self.socket = socket
    socket.watcher = { [unowned self] in step() }
  }

  func die() {
    isOver = true
    socket.reset()
  }

  private func step() {
    guard !isOver else { return }
    while !socket.arrived.isEmpty { arrived += socket.read(atMost: 4096) }
    if socket.hasEnded {
      isOver = true
      return socket.close()
    }
    while let packet = nextPacket() { take(packet) }
  }

  private func nextPacket() -> [UInt8]? {
    let lengthPlace = hasStarted ? 1 : 0
    guard arrived.count >= lengthPlace + 4 else { return nil }
    let length = arrived[lengthPlace..<lengthPlace + 4].reduce(0) { $0 << 8 | Int($1) }
    guard arrived.count >= lengthPlace + length else { return nil }
    defer { arrived.removeFirst(lengthPlace + length) }
    return Array(arrived.prefix(lengthPlace + length))
  }

  private func take(_ packet: [UInt8]) {
    let isStartup = !hasStarted
    hasStarted = true
    // It takes its time, and reads what it says when it says it.
    server.world.after(server.world.delay()) { [weak self] in
      guard let self, !isOver else { return }
      switch server.mood {
      case .saysNothing: break
      case .saysRubbish: say(Array("220 mail.example ESMTP\r\n".utf8))
      case .refusesLogins where isStartup:
        say(
          ErrorResponse(sqlState: .invalidAuthorization, message: "no such role").encoded())
      case .asksForPasswords where isStartup:
        say(AuthenticationRequest.encodedCleartextPassword())
      case .answers, .refusesLogins, .asksForPasswords:
        let isLogin = isStartup || packet[0] == FrontendMessageType.password
        isLogin ? say(Self.welcome) : say(server.answer())
      }
    }
  }

  private static let welcome =
    AuthenticationRequest.encodedOK()
    + ParameterStatus.encoded(name: "server_version", value: "15.8")
    + ReadyForQuery(status: .idle).encoded()

  private func say(_ bytes: [UInt8]) {
    let sent = bytes.withUnsafeBytes { socket.send($0) }
    if sent < bytes.count { die() }
  }
}
