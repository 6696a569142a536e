import Routing
import ShardMap
import Wire

/// PostgreSQL servers that are always there, let everybody in and do nothing.
final class MapNetwork: SimulatedNetwork {
  private let world: SimulatedWorld
  private var backends: [MapBackend] = []

  init(world: SimulatedWorld) { self.world = world }

  func attempt(_ address: SimulatedAddress) -> (delay: Int, result: Int) { (world.delay(), 0) }

  func connect(_ address: SimulatedAddress) -> SimulatedSocket {
    let (near, far) = SimulatedSocket.pair(world, "router", "\(address)")
    backends.removeAll { $0.isOver }
    backends.append(MapBackend(world: world, socket: far))
    return near
  }

  func dismantle() { backends = [] }
}

/// One session at such a server.
private final class MapBackend {
  private let world: SimulatedWorld
  private let socket: SimulatedSocket
  private var greeting: [UInt8] = []
  private var isServing = false
  private(set) var isOver = false

  init(world: SimulatedWorld, socket: SimulatedSocket) {
    self.world = world
    self.socket = socket
    socket.watcher = { [unowned self] in step() }
  }

  private func step() {
    guard !isOver else { return }
    let bytes = socket.read(atMost: 64 << 10)
    if !isServing {
      greeting += bytes
      serve()
    } else if bytes.first == FrontendMessageType.terminate {
      end()
    }
    if socket.hasEnded { end() }
  }

  private func serve() {
    guard let decoded = try? InitialPacket.decode(greeting.span.bytes) else { return }
    guard case .startup(let message) = decoded.packet else {
      return world.violate("a server got something else than a startup packet")
    }
    func value(_ name: String) -> String? {
      message.lookup(name, in: greeting.span.bytes).map {
        String(decoding: greeting[$0], as: UTF8.self)
      }
    }
    if value("database") != "db_\(value("application_name") ?? "")" {
      world.violate(
        "a session of \(value("application_name") ?? "–") was given the database \(value("database") ?? "–")"
      )
    }
    isServing = true
    send(
      AuthenticationRequest.encodedOK()
        + BackendKeyData.encoded(processID: 1, key: world.random.bytes(4).span.bytes)
        + ReadyForQuery(status: .idle).encoded())
  }

  private func send(_ bytes: [UInt8]) {
    // A greeting always fits an empty socket.
    _ = bytes.withUnsafeBytes { socket.send($0) }
  }

  private func end() {
    isOver = true
    socket.close()
  }
}
