/// What an operation is for: the 64 bits that come back with its completion.
///
/// Layout: kind in bits 56-63, place of the connection in bits 0-31.
struct WorkerToken {
  /// The kinds of operations.
  enum Kind: UInt8 {
    case accept = 1
    /// Waiting for the order to stop.
    case stop
    case receive
    /// A send that completes only if it fell short.
    case quietSend
    /// A send that waits for room.
    case send
    /// Cancelling a receive; its own completion only says that the cancel was carried out.
    case cancel
  }

  let rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(_ kind: Kind, _ index: Int = 0) {
    rawValue = UInt64(kind.rawValue) << 56 | UInt64(index)
  }

  /// What it is for.
  ///
  /// - Precondition: it was made here.
  var kind: Kind { Kind(rawValue: UInt8(rawValue >> 56))! }
  /// The place of its connection.
  var index: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }
}
