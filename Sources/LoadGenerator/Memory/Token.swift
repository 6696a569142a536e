/// What an operation is for, and for which opening of which connection: the 64 bits that come back
/// with its completion.
///
/// Layout: operation in bits 56-63, generation in 32-55, the connection's place in 0-31.
struct Token: Equatable {
  private static let generationMask: UInt32 = 0xFF_FFFF

  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// An operation of a connection, which has been opened `generation` times.
  init(_ operation: Operation, place: Int, generation: UInt32) {
    rawValue =
      UInt64(operation.rawValue) << 56 | UInt64(generation & Self.generationMask) << 32
      | UInt64(UInt32(place))
  }

  var operation: Operation? { Operation(rawValue: UInt8(rawValue >> 56)) }
  var place: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }

  /// Whether it belongs to this opening.
  func isOf(generation: UInt32) -> Bool {
    UInt32(truncatingIfNeeded: rawValue >> 32) & Self.generationMask
      == generation & Self.generationMask
  }
}

/// The kinds of operations a worker has under way.
enum Operation: UInt8 {
  case connect = 1
  /// Receiving into provided buffers, until cancelled.
  case receive
  /// Sending what the socket takes at once; completes only if that was not all.
  case quietSend
  /// Sending the rest, however long it takes.
  case send
  /// Cancelling; its own completion only says that the cancel was carried out.
  case cancel
}
