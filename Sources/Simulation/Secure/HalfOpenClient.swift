import Routing
import TLS

/// A client that never comes to the end of its handshake: the router has to be rid of it in time.
final class HalfOpenClient: Participant {
  /// What it does.
  private enum Way: CaseIterable {
    /// Asks for TLS, and says nothing more.
    case asks
    /// Falls silent in the middle of its first flight, or behind it.
    case beginsHello, endsHello
    /// Changes a byte of its first flight, or says what is none, and falls silent.
    case garblesHello, talksNonsense
    /// Leaves in the middle of its first flight, or resets behind it.
    case leaves, resets
  }

  let number: Int
  private(set) var isDone = false
  private let world: SimulatedWorld
  private let parties: SecureParties
  private let listener: SimulatedListener
  private let way: Way
  private var socket: SimulatedSocket?
  private var asked = false

  /// What comes on top of the time for both flights: the network's delays, and the worker's turns. In nanoseconds.
  private static let grace = 3_000_000_000

  init(number: Int, world: SimulatedWorld, parties: SecureParties, listener: SimulatedListener) {
    (self.number, self.world, self.parties) = (number, world, parties)
    self.listener = listener
    way = world.random.pick(Way.allCases)
  }

  /// Connects.
  func begin() {
    let (near, far) = SimulatedSocket.pair(world, "client \(number)", "router")
    socket = near
    world.note("client \(number) never ends its handshake: it \(way)", UInt64(number))
    near.watcher = { [unowned self] in look() }
    world.after(world.delay()) { [listener] in listener.arriveInTheClear(far) }
    if way == .asks || world.random.chance(500) {
      asked = true
      send(TLSTunnel.request)
    } else {
      speak()
    }
    let limit = 2 * Int(parties.plan.handshakeTimeout / .nanoseconds(1)) + Self.grace
    world.after(limit) { [self] in
      if !isDone { world.violate("client \(number) has begun a handshake, and is still there") }
    }
  }

  private func look() {
    guard !isDone, let socket else { return }
    while !socket.arrived.isEmpty {
      let answer = socket.read(atMost: 4096)
      if asked, way != .asks, answer == [UInt8(ascii: "S")] { speak() }
    }
    if socket.hasEnded {
      isDone = true
      socket.close()
    }
  }

  private func speak() {
    guard let socket else { return }
    asked = false
    var hello = firstFlight()
    let part = world.random.number(in: 1...hello.count - 1)
    switch way {
    case .asks: break
    case .beginsHello: send(Array(hello.prefix(part)))
    case .endsHello:
      parties.ledger.halfOpen += 1
      send(hello)
    case .garblesHello:
      // It may be one that can be answered, and one that can't be.
      parties.ledger.halfOpen += 1
      parties.ledger.nonsenseSent += 1
      hello[part] ^= UInt8(1 << world.random.index(below: 8))
      send(hello)
    case .talksNonsense: send(world.random.bytes(part).map { $0 | 0x40 })
    case .leaves:
      send(Array(hello.prefix(part)))
      socket.finish()
    case .resets:
      send(hello)
      isDone = true
      socket.reset()
    }
  }

  private func firstFlight() -> [UInt8] {
    var stream = parties.stream(.client)
    var (plaintext, flight): ([UInt8], [UInt8]) = ([], [])
    do throws(TLSError) {
      _ = try stream.receive([UInt8]().span.bytes, plaintext: &plaintext, ciphertext: &flight)
    } catch {
      world.violate("a handshake could not be begun: \(error)")
    }
    return flight
  }

  private func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { socket?.send($0) }
  }
}

/// Clients of whom some never come to the end of their handshake.
struct HalfOpenCast: Cast {
  let others: any Cast
  let world: SimulatedWorld
  let parties: SecureParties

  var sharedConnections: Int { others.sharedConnections }

  func newClient(_ number: Int, _ listeners: [SimulatedListener]) -> any Participant {
    guard world.random.chance(parties.plan.halfOpenClients) else {
      return others.newClient(number, listeners)
    }
    let listener = listeners[world.random.pick([0, 2])]
    return HalfOpenClient(number: number, world: world, parties: parties, listener: listener)
  }
}
