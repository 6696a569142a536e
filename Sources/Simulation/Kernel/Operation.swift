import DataPlane
import ShardMap

/// Something the worker asked of the simulated kernel.
final class Operation {
  enum Kind {
    case accept
    case receive
    case receiveOnce(UnsafeMutableRawPointer, count: Int, waits: Bool)
    case send(UnsafeRawPointer, count: Int)
    case sendQuietly(SliceQueue)
    case sendPieces(SendPieces)
    case connect(SocketAddress)
    case cancel(UInt64)
    case cancelAll
    case doorbell(Doorbell, seen: UInt32)
  }

  let kind: Kind
  let descriptor: Int32
  let token: UInt64
  /// Bytes sent so far.
  var done = 0
  /// What a waiting send was given, to see that it stays so.
  var original: [UInt8] = []
  /// Whether the last completion was posted.
  var hasEnded = false
  /// Whether a cancel has found it and it ends in a moment.
  var isEnding = false

  init(_ kind: Kind, on descriptor: Int32 = -1, token: UInt64) {
    self.kind = kind
    self.descriptor = descriptor
    self.token = token
  }

  /// The caller's memory that the kernel may touch until the operation ends.
  var memory: (start: UInt, end: UInt, isWritten: Bool)? {
    switch kind {
    case .receiveOnce(let bytes, let count, _):
      (UInt(bitPattern: bytes), UInt(bitPattern: bytes) + UInt(count), true)
    case .send(let bytes, let count):
      (UInt(bitPattern: bytes), UInt(bitPattern: bytes) + UInt(count), false)
    default: nil
    }
  }

  var name: String {
    switch kind {
    case .accept: "accept"
    case .receive: "receive"
    case .receiveOnce(_, let count, let waits): "receive ≤\(count)\(waits ? "" : " now")"
    case .send(_, let count): "send \(count)"
    case .sendQuietly(let slices): "quiet send \(slices.byteCount)"
    case .sendPieces(let pieces): "quiet send of \(pieces.count) pieces"
    case .connect(let address): "connect \(address)"
    case .cancel(let token): "cancel \(String(token, radix: 16))"
    case .cancelAll: "cancel all"
    case .doorbell: "doorbell"
    }
  }
}
