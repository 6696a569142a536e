import Wire

@testable import Simulation

/// A client that sends the bytes that it is told to, and keeps what it hears.
final class ScriptedClient {
  private let socket: SimulatedSocket
  private var arrived: [UInt8] = []
  /// What it has heard since that was last taken: errors by their codes, ends of answers by the state that they tell, all else by its type.
  private(set) var heard: [String] = []

  init(_ world: SimulatedWorld, at listener: SimulatedListener, tenant: String) {
    let (near, far) = SimulatedSocket.pair(world, "scripted", "router")
    socket = near
    near.watcher = { [unowned self] in read() }
    listener.arrive(far)
    let parameters = Array("user\0app\0database\0\(tenant)\0\0".utf8)
    send([0, 0, 0, UInt8(8 + parameters.count), 0, 3, 0, 0] + parameters)
  }

  func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { socket.send($0) } }

  func takeHeard() -> [String] {
    defer { heard = [] }
    return heard
  }

  func leave() { socket.close() }

  /// A Query.
  static func query(_ text: String) -> [UInt8] {
    MessageEncoder.encode(type: FrontendMessageType.query, body: Array(text.utf8) + [0])
  }

  private func read() {
    while !socket.arrived.isEmpty { arrived += socket.read(atMost: 65_536) }
    var place = 0
    while arrived.count - place >= 5 {
      let length = arrived[place + 1..<place + 5].reduce(0) { $0 << 8 | Int($1) }
      guard arrived.count - place > length else { break }
      hear(arrived[place], Array(arrived[place + 5..<place + 1 + length]))
      place += 1 + length
    }
    arrived.removeFirst(place)
    if socket.hasEnded { socket.close() }
  }

  private func hear(_ type: UInt8, _ body: [UInt8]) {
    switch type {
    case BackendMessageType.errorResponse:
      let error = try? ErrorResponse.decode(body.span.bytes)
      heard.append(error?.sqlState.description ?? "an error that makes no sense")
    case BackendMessageType.readyForQuery: heard.append("ready \(UnicodeScalar(body[0]))")
    default: heard.append("\(UnicodeScalar(type))")
    }
  }
}
