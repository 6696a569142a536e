import Wire

/// The last bytes that a server has sent, by which a ReadyForQuery is known however its bytes were cut on their way.
///
/// Only a hint: a row may end in the same bytes.
struct AnswerEnding {
  /// The last eight bytes, the latest one lowest.
  private var last: UInt64 = 0

  /// The type and the length of a ReadyForQuery.
  private static var readyForQuery: UInt64 { UInt64(BackendMessageType.readyForQuery) << 32 | 5 }

  /// More bytes have come.
  ///
  /// Reads a whole word where there is one: the offset is checked, and of any eight bytes an integer can be made.
  @inline(__always)
  mutating func append(_ bytes: RawSpan) {
    let start = bytes.byteCount - MemoryLayout<UInt64>.size
    if start >= 0 {
      last = UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
    } else {
      for place in 0..<bytes.byteCount { last = last << 8 | UInt64(bytes.byte(at: place)) }
    }
  }

  /// The transaction status of the ReadyForQuery that the bytes end in: then the server waits for the client. 0 when they don't.
  @inline(__always)
  var readyStatus: UInt8 {
    last >> 8 & 0xFF_FFFF_FFFF == Self.readyForQuery ? UInt8(truncatingIfNeeded: last) : 0
  }
}
