import Wire

@testable import Simulation

/// A client that asks one query after another, and notes how long it waits for each.
final class CountingClient {
  private let world: SimulatedWorld
  private let socket: SimulatedSocket
  private var arrived: [UInt8] = []
  private var askedAt: UInt64 = 0
  /// Pause between an answer and the next query, in nanoseconds; nil to ask only when told to.
  private var pause: Int?
  private var isWelcome = false
  private(set) var answers = 0
  /// The longest wait for an answer so far, in nanoseconds.
  private(set) var longestWait: UInt64 = 0
  /// What the router has refused it with.
  private(set) var refusal: String?

  init(
    _ world: SimulatedWorld, at listener: SimulatedListener, user: String, tenant: String,
    pause: Int?
  ) {
    self.world = world
    self.pause = pause
    let (near, far) = SimulatedSocket.pair(world, user, "router")
    socket = near
    near.watcher = { [unowned self] in step() }
    listener.arrive(far)
    let parameters = Array("user\0\(user)\0database\0\(tenant)\0\0".utf8)
    send([0, 0, 0, UInt8(8 + parameters.count), 0, 3, 0, 0] + parameters)
  }

  private func send(_ bytes: [UInt8]) { _ = bytes.withUnsafeBytes { socket.send($0) } }

  /// How long it has waited for the answer that it waits for.
  var waitSoFar: UInt64 { askedAt == 0 ? 0 : world.now - askedAt }

  /// Whether it is in and waits for no answer.
  var isIdle: Bool { isWelcome && askedAt == 0 && refusal == nil }

  /// Forgets what it was refused with.
  func forgetRefusal() { refusal = nil }

  /// Asks no more.
  func rest() { pause = nil }

  /// Asks, one query after another if it is told a pause; the query is so many bytes longer than it
  /// need be.
  func ask(pause: Int? = nil, padding: Int = 0) {
    if let pause { self.pause = pause }
    askedAt = world.now
    let text = Array("SELECT".utf8) + Array(repeating: UInt8(ascii: " "), count: padding) + [0]
    send(MessageEncoder.encode(type: FrontendMessageType.query, body: text))
  }

  func leave() { socket.close() }

  private func step() {
    while !socket.arrived.isEmpty { arrived += socket.read(atMost: 4096) }
    while arrived.count >= 5 {
      let length = arrived[1..<5].reduce(0) { $0 << 8 | Int($1) }
      guard arrived.count > length else { return }
      let type = arrived[0]
      if type == BackendMessageType.errorResponse {
        refusal = String(decoding: arrived[5...length], as: UTF8.self)
      }
      arrived.removeFirst(length + 1)
      if type == BackendMessageType.readyForQuery { isReady() }
    }
    if socket.hasEnded { socket.close() }
  }

  private func isReady() {
    if isWelcome {
      answers += 1
      longestWait = max(longestWait, waitSoFar)
      askedAt = 0
    }
    isWelcome = true
    if let pause { world.after(pause) { [weak self] in if self?.pause != nil { self?.ask() } } }
  }
}
