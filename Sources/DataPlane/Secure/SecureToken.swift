/// An operation of the layer's own at its base: tokens that no worker, prober or console gives out.
///
/// Layout: bit 63, the operation in bits 56-62, generation in 32-55, slot index in 0-31.
struct SecureToken {
  enum Operation: UInt64 {
    case receive = 1
    case send, quietSend, cancel
  }

  private static let mark: UInt64 = 1 << 63

  let rawValue: UInt64

  init(_ operation: Operation, _ socket: SlabHandle) {
    rawValue =
      Self.mark | operation.rawValue << 56 | UInt64(socket.generation) << 32
      | UInt64(socket.index)
  }

  /// Nil for another's token.
  @inline(__always)
  init?(rawValue: UInt64) {
    guard rawValue & Self.mark != 0 else { return nil }
    self.rawValue = rawValue
  }

  var operation: Operation? { Operation(rawValue: rawValue >> 56 & 0x7F) }
  var socket: SlabHandle {
    SlabHandle(
      index: UInt32(truncatingIfNeeded: rawValue),
      generation: UInt32(truncatingIfNeeded: rawValue >> 32) & Token.generationMask)
  }
}
