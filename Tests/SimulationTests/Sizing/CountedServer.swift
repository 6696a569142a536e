import Glibc
import ShardMap
import Wire

@testable import Simulation

/// A PostgreSQL server that counts its processes: one is there from the start-up packet on until a moment after its connection has ended.
final class CountedServer: SimulatedNetwork {
  /// From the end of a connection until its process has gone.
  static let exitNanoseconds = 2_000_000

  let world: SimulatedWorld
  private(set) var processes: [CountedProcess] = []
  /// The most processes there were at a time.
  private(set) var mostAtOnce = 0
  /// Processes there have been.
  private(set) var started = 0
  /// Questions that only wanted to know whether a process is there.
  fileprivate(set) var checks = 0
  /// How long a query takes.
  var queryNanoseconds = 5_000_000
  /// Whether new connections are refused.
  var isDown = false
  /// Instances whose new connections are refused.
  var down: Set<SocketAddress> = []

  init(world: SimulatedWorld) { self.world = world }

  func attempt(_ address: SimulatedAddress) -> (delay: Int, result: Int) {
    (world.delay(), isDown || down.contains(address) ? Int(-ECONNREFUSED) : 0)
  }

  func connect(_ address: SimulatedAddress) -> SimulatedSocket {
    let (near, far) = SimulatedSocket.pair(world, "router", "server")
    far.watcher = CountedProcess(server: self, socket: far).step
    return near
  }

  /// Processes that a user has.
  func count(of user: String? = nil) -> Int { processes.count { user == nil || $0.user == user } }

  fileprivate func begin(_ process: CountedProcess) {
    started += 1
    processes.append(process)
    mostAtOnce = max(mostAtOnce, processes.count)
  }

  fileprivate func end(_ process: CountedProcess) { processes.removeAll { $0 === process } }

  /// All processes are killed.
  func killAll() {
    for process in processes { process.die() }
    processes = []
  }

  /// The network to all processes is cut, and nobody is told.
  func cutSilently() {
    for process in processes { process.isCut = true }
    processes = []
  }
}

/// One connection at such a server.
final class CountedProcess {
  private let server: CountedServer
  private let socket: SimulatedSocket
  private var arrived: [UInt8] = []
  private(set) var user = ""
  private var isOver = false
  /// Whether nothing it says arrives any more.
  var isCut = false

  init(server: CountedServer, socket: SimulatedSocket) {
    self.server = server
    self.socket = socket
  }

  func die() {
    isOver = true
    socket.reset()
  }

  func step() {
    guard !isOver, !isCut else { return }
    while !socket.arrived.isEmpty { arrived += socket.read(atMost: 4096) }
    while let packet = nextPacket() { take(packet) }
    guard socket.hasEnded else { return }
    isOver = true
    server.world.after(CountedServer.exitNanoseconds) { [self] in
      server.end(self)
      socket.close()
    }
  }

  private func nextPacket() -> [UInt8]? {
    let lengthPlace = user.isEmpty ? 0 : 1
    guard arrived.count >= lengthPlace + 4 else { return nil }
    let length = arrived[lengthPlace..<lengthPlace + 4].reduce(0) { $0 << 8 | Int($1) }
    guard arrived.count >= lengthPlace + length else { return nil }
    defer { arrived.removeFirst(lengthPlace + length) }
    return Array(arrived.prefix(lengthPlace + length))
  }

  private func take(_ packet: [UInt8]) {
    if user.isEmpty {
      let words = packet[8...].split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      user = words.firstIndex(of: "user").map { words[$0 + 1] } ?? "nobody"
      server.begin(self)
      return say(Self.welcome)
    }
    switch packet[0] {
    case FrontendMessageType.sync:
      server.checks += 1
      say(ReadyForQuery(status: .idle).encoded())
    case FrontendMessageType.query:
      server.world.after(server.queryNanoseconds) { [self] in
        say(CommandComplete.encoded(tag: "SELECT 0") + ReadyForQuery(status: .idle).encoded())
      }
    default: server.world.violate("a server got the message \(packet[0])")
    }
  }

  private static let welcome =
    AuthenticationRequest.encodedOK()
    + ParameterStatus.encoded(name: "server_version", value: "15.8")
    + BackendKeyData.encoded(processID: 7, key: ([1, 2, 3, 4] as [UInt8]).span.bytes)
    + ReadyForQuery(status: .idle).encoded()

  private func say(_ bytes: [UInt8]) {
    guard !isOver, !isCut else { return }
    let sent = bytes.withUnsafeBytes { socket.send($0) }
    if sent < bytes.count { die() }
  }
}
