import AdminConsole
import Routing
import ShardMap

/// One connection of the console: its dealings with the kernel, and its session.
///
/// A receive is under way for as long as there is room for what it brings, so that a client that goes away is noticed while a statement runs.
struct AdminLine {
  enum Phase {
    /// There is no connection.
    case free
    case open
    /// Nothing more is read of it; what it is to get is still sent, and then it may read that.
    case draining
    /// It is to be closed; whatever is under way is to be cancelled.
    case closing
    /// That was asked for; the last completion is awaited.
    case cancelled
  }

  var phase = Phase.free
  var socket: Int32 = -1
  var peer: SocketAddress?
  var session: AdminSession?
  var user = ""
  /// When it is to be ended: its login takes too long, or it does not read its goodbye.
  var deadline: MonotonicTime?
  /// Operations whose completion has not come.
  var outstanding = 0
  var isReceiving = false
  var isListed = false
  var isShut = false
  private var outbox: [UInt8] = []
  private var sent = 0
  /// How many bytes are under way.
  var sending = 0
  let memory = AdminMemory()

  /// What is to be sent and was not.
  var waitingBytes: Int { outbox.count - sent }

  /// Whether more may be received: what has come is read, and so is what was answered.
  var wantsInput: Bool {
    switch phase {
    case .open: (session?.inputCount ?? 0) < AdminLimits.inputBytes
    case .draining: true
    case .free, .closing, .cancelled: false
    }
  }

  mutating func put(_ bytes: [UInt8]) { outbox += bytes }

  /// The bytes that the next send takes, put in place.
  mutating func loadPiece() -> Int {
    let piece = outbox[sent..<min(outbox.count, sent + AdminMemory.pieceBytes)]
    memory.load(piece)
    return piece.count
  }

  /// A send has brought out all that it was given.
  mutating func pieceWasSent() {
    sent += sending
    sending = 0
    guard sent == outbox.count else { return }
    outbox = []
    sent = 0
  }

  /// Nothing is left of it.
  mutating func clear() {
    phase = .free
    socket = -1
    peer = nil
    session = nil
    user = ""
    deadline = nil
    isReceiving = false
    isShut = false
    outbox = []
    sent = 0
    sending = 0
  }
}

/// The memory of a connection's operations.
///
/// Invariant that keeps the pointers safe: each is one allocation of ``pieceBytes`` for the life of the object, and its owner lives until nothing is
/// outstanding. At most one receive and one send use it at a time.
final class AdminMemory {
  static let pieceBytes = 16 << 10

  let incoming = UnsafeMutableRawPointer.allocate(byteCount: pieceBytes, alignment: 16)
  let outgoing = UnsafeMutableRawPointer.allocate(byteCount: pieceBytes, alignment: 16)

  deinit {
    incoming.deallocate()
    outgoing.deallocate()
  }

  /// Puts the bytes of a send in place.
  func load(_ piece: ArraySlice<UInt8>) {
    precondition(piece.count <= Self.pieceBytes, "more bytes than one send takes")
    piece.withUnsafeBytes {
      if let start = $0.baseAddress { outgoing.copyMemory(from: start, byteCount: $0.count) }
    }
  }
}

/// What an operation of the console is for, and on which line: the 64 bits that come back with its completion.
///
/// Layout: operation in bits 56-63, line in 0-31. A line is given away only when nothing of it is outstanding, so it needs no generation.
struct AdminToken {
  enum Operation: UInt8 {
    case accept = 1
    case receive, send, cancel, listenerCancel, doorbell
  }

  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(_ operation: Operation, _ line: Int = 0) {
    rawValue = UInt64(operation.rawValue) << 56 | UInt64(UInt32(line))
  }

  var operation: Operation? { Operation(rawValue: UInt8(rawValue >> 56)) }
  var line: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }
}
