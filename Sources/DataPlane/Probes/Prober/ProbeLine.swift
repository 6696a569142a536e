/// One probe connection's dealings with the kernel: what is wanted, and what is under way.
///
/// A receive is always under way while it is connected, so that its end is noticed at once: what the instance said holds no longer then.
struct ProbeLine {
  enum Phase {
    /// There is no socket.
    case none
    /// There is a socket, and connecting is to be asked for.
    case opened
    case connecting
    /// The instance is asked whether it encrypts.
    case encrypting
    case connected
    /// It is to be closed; whatever is under way is to be cancelled.
    case closing
    /// That was asked for; the last completion is awaited.
    case cancelled
  }

  var phase = Phase.none
  var socket: Int32 = -1
  /// Operations whose completion has not come.
  var outstanding = 0
  var isReceiving = false
  /// What is to be sent, oldest first.
  var outbox: [UInt8] = []
  /// How many of these bytes are under way. More may be put behind them meanwhile: an answer can be there before the news that the
  /// question was sent.
  var sending = 0
  let memory = ProbeMemory()

  /// There is a socket now.
  mutating func open(_ socket: Int32) {
    self.socket = socket
    phase = .opened
    outbox = []
  }

  /// It is not wanted any more, however far it is.
  mutating func beginClosing() {
    if phase != .cancelled { phase = .closing }
  }

  /// Nothing is left of it.
  mutating func finishClosing() {
    socket = -1
    phase = .none
    isReceiving = false
    sending = 0
    outbox = []
  }

  /// The bytes that the next send takes.
  var nextPiece: ArraySlice<UInt8> { outbox.prefix(ProbeLimits.pieceBytes) }
}

/// The memory of a connection's operations.
///
/// Invariant that keeps the pointers safe: each is one allocation of ``ProbeLimits/pieceBytes`` for the life of the object, and its owner
/// lives until nothing is outstanding. At most one receive and one send use it at a time.
final class ProbeMemory {
  let incoming = UnsafeMutableRawPointer.allocate(byteCount: ProbeLimits.pieceBytes, alignment: 16)
  let outgoing = UnsafeMutableRawPointer.allocate(byteCount: ProbeLimits.pieceBytes, alignment: 16)

  deinit {
    incoming.deallocate()
    outgoing.deallocate()
  }

  /// Puts the bytes of a send in place.
  func load(_ piece: ArraySlice<UInt8>) {
    precondition(piece.count <= ProbeLimits.pieceBytes, "more bytes than one send takes")
    piece.withUnsafeBytes {
      if let start = $0.baseAddress { outgoing.copyMemory(from: start, byteCount: $0.count) }
    }
  }
}
