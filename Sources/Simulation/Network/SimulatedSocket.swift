import Glibc

/// One end of a TCP connection.
///
/// Bytes, FIN and RST reach the other end after a delay and in order. What was sent and not yet read is bounded, so a slow reader stops its writer.
final class SimulatedSocket {
  let world: SimulatedWorld
  /// For traces.
  let name: String
  private(set) var peer: SimulatedSocket?
  /// Told when bytes, room or an end have come.
  var watcher: (() -> Void)?

  /// Bytes that may be read.
  private(set) var arrived = ByteQueue()
  /// Whether the peer's FIN has come; it holds once `arrived` is read.
  private(set) var hasPeerFinished = false
  /// Whether the connection was torn down.
  private(set) var wasReset = false
  private(set) var isClosed = false
  private(set) var hasFinished = false
  /// Pieces in which the bytes were taken out that have come here.
  private(set) var piecesRead = 0
  /// Pieces in which bytes have come.
  private(set) var piecesArrived = 0

  private let capacity: Int
  private var onTheWay = 0
  private var lastArrival: UInt64 = 0
  private var hasToldReset = false

  private init(world: SimulatedWorld, name: String, capacity: Int) {
    self.world = world
    self.name = name
    self.capacity = capacity
  }

  /// Two ends that are connected.
  static func pair(
    _ world: SimulatedWorld, _ first: String, _ second: String
  ) -> (SimulatedSocket, SimulatedSocket) {
    let near = SimulatedSocket(world: world, name: first, capacity: world.plan.socketBytes)
    let far = SimulatedSocket(world: world, name: second, capacity: world.plan.socketBytes)
    near.peer = far
    far.peer = near
    world.own([near, far])
    return (near, far)
  }

  /// Whether a read would have an answer.
  var isReadable: Bool { !arrived.isEmpty || hasPeerFinished || wasReset }
  /// Nothing more will come.
  var hasEnded: Bool { arrived.isEmpty && (hasPeerFinished || wasReset) }

  // MARK: Sending

  /// Bytes that may be sent now.
  var room: Int {
    guard let peer, !peer.isClosed else { return capacity }
    return max(0, peer.capacity - peer.arrived.count - peer.onTheWay)
  }

  /// Takes as many of the bytes as there is room for: their number, or a negated `errno`.
  func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    if wasReset {
      defer { hasToldReset = true }
      return Int(hasToldReset ? -EPIPE : -ECONNRESET)
    }
    guard let peer, !hasFinished, !isClosed else { return Int(-EPIPE) }
    let count = min(bytes.count, room)
    guard count > 0 else { return 0 }
    let copy = [UInt8](UnsafeRawBufferPointer(rebasing: bytes[0..<count]))
    peer.onTheWay += count
    toPeer { peer.arrive(copy) }
    return count
  }

  private func arrive(_ bytes: [UInt8]) {
    onTheWay -= bytes.count
    guard !isClosed else {
      // Bytes for a closed socket are answered with RST.
      if let peer { toPeer { peer.arriveReset() } }
      return
    }
    guard !wasReset else { return }
    arrived.append(bytes)
    piecesArrived += 1
    watcher?()
  }

  /// Does something at the other end after the network's delay, behind what was sent before.
  private func toPeer(_ action: @escaping () -> Void) {
    guard let peer else { return }
    peer.lastArrival = max(peer.lastArrival, world.now + UInt64(world.delay()))
    world.at(peer.lastArrival, action)
  }

  // MARK: Receiving

  /// Takes bytes out; gives the other end room.
  func read(atMost count: Int) -> [UInt8] {
    let taken = arrived.take(min(count, arrived.count))
    piecesRead += 1
    if !taken.isEmpty, let peer, !peer.isClosed {
      world.after(world.delay()) { peer.watcher?() }
    }
    return taken
  }

  // MARK: Ending

  /// Sends FIN behind what was sent.
  func finish() {
    guard !hasFinished, !wasReset, !isClosed, let peer else { return }
    hasFinished = true
    toPeer {
      peer.hasPeerFinished = true
      peer.watcher?()
    }
  }

  /// Closes: FIN, or RST if bytes were left unread, as TCP has it.
  func close() {
    guard !isClosed else { return }
    watcher = nil
    if arrived.isEmpty && onTheWay == 0 { finish() } else { sendReset() }
    isClosed = true
  }

  /// Closes with RST.
  func reset() {
    guard !isClosed else { return }
    watcher = nil
    sendReset()
    isClosed = true
  }

  private func sendReset() {
    guard !wasReset, let peer else { return }
    toPeer { peer.arriveReset() }
  }

  private func arriveReset() {
    guard !wasReset else { return }
    wasReset = true
    // A reset may or may not overtake bytes that were not read yet.
    if world.random.chance(500) { arrived.removeAll() }
    watcher?()
  }

  /// Lets go of the other end.
  func dismantle() {
    watcher = nil
    peer = nil
  }
}
