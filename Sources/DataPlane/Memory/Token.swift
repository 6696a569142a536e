/// What an operation is for, and for which session: the 64 bits that come back with its completion.
///
/// Layout: operation in bits 56-63, generation in 32-55, slot index in 0-31.
struct Token: Equatable {
  static let generationMask: UInt32 = 0xFF_FFFF

  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// An operation of a session.
  init(_ operation: Operation, _ session: SlabHandle) {
    rawValue =
      UInt64(operation.rawValue) << 56 | UInt64(session.generation) << 32 | UInt64(session.index)
  }

  /// An operation of the worker itself, on its `index`-th listener where that matters.
  init(_ operation: Operation, index: Int = 0) {
    rawValue = UInt64(operation.rawValue) << 56 | UInt64(index)
  }

  var operation: Operation? { Operation(rawValue: UInt8(rawValue >> 56)) }
  var index: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }
  var session: SlabHandle {
    SlabHandle(
      index: UInt32(truncatingIfNeeded: rawValue),
      generation: UInt32(truncatingIfNeeded: rawValue >> 32) & Self.generationMask)
  }
}

/// The kinds of operations a worker has under way.
enum Operation: UInt8, CaseIterable {
  /// Accepting on a listener.
  case accept = 1
  /// Cancelling an accept.
  case listenerCancel
  /// Waiting for other threads.
  case doorbell
  /// The one operation of a session that is not relaying yet.
  case login
  /// Receiving from the client into provided buffers, or into the direction's own block.
  case clientReceive
  /// Receiving from the server.
  case serverReceive
  /// Sending to the client.
  case clientSend
  /// Sending to the server.
  case serverSend
  /// Cancelling; its own completion only says that the cancel was carried out.
  case cancel
  /// Receiving from a client whose session shares server connections.
  case pooledReceive
  /// Connecting a server connection that sessions share. From here on the handle is the server connection's.
  case linkConnect
  /// Sending something of the router's own on one.
  case linkSend
  /// Receiving from one.
  case linkReceive
  /// Cancelling on one.
  case linkCancel
}
