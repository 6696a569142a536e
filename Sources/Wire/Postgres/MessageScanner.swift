/// What a ``MessageScanner`` found next.
public enum ScanEvent: Sendable, Equatable {
  /// A message begins: its type, and the length of its body in bytes, header excluded. When the
  /// length is 0 the message ends here, too, and no body follows.
  case header(type: UInt8, bodyLength: Int)
  /// A piece of the body, never empty, as offsets into the bytes passed in; `isLast` when the
  /// message ends with it.
  case body(Range<Int>, isLast: Bool)
}

/// Why a stream of messages can't be followed any further.
public enum FramingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A message of this type claims this length, in bytes and with its length field; it must be
  /// between 4 and `maximum`.
  case lengthOutOfRange(type: UInt8, length: Int32, maximum: Int)

  /// What is wrong with the stream, in a sentence.
  public var description: String {
    switch self {
    case .lengthOutOfRange(let type, let length, let maximum):
      "invalid length of a message of type \(type): \(length) bytes, expected 4 to \(maximum)"
    }
  }
}

/// Finds the messages in a stream of bytes that arrives in slices cut anywhere.
///
/// A message is a type byte, a big-endian length that counts itself, and a body. The scanner keeps
/// at most the five bytes of one header and how much of the body is to come; it never stores a
/// body, so that a relay can look at types while it sends the bytes on from where they lie.
public struct MessageScanner: Sendable {
  /// Longest message taken, in bytes, its length field included and its type byte not.
  public let maximumLength: Int
  /// The header's bytes so far, the newest in the lowest place.
  @usableFromInline var headerBits: UInt64 = 0
  /// How many of the header's five bytes are there. Stays at five after an error.
  @usableFromInline var headerCount = 0
  /// How many bytes of the body are still to come.
  @usableFromInline var bodyRemaining = 0

  /// A scanner that stands before the first byte of a message.
  ///
  /// - Parameter maximumLength: longest message taken, in bytes, its length field included.
  @inlinable
  public init(maximumLength: Int = PostgresLimits.messageBytes) {
    self.maximumLength = maximumLength
  }

  /// Whether the scanner stands between two messages: nothing of the next one has been seen.
  @inlinable
  public var isAtMessageBoundary: Bool { headerCount == 0 && bodyRemaining == 0 }

  /// Finds the next event in `bytes`, and moves `offset` past the bytes it covers.
  ///
  /// The body itself is not looked at: the cost of an event does not depend on its length.
  ///
  /// - Parameters:
  ///   - bytes: the slice that has arrived.
  ///   - offset: where to go on in the slice; 0 for a new one.
  /// - Returns: the event, or nil when the slice is used up.
  /// - Throws: ``FramingError``, again at each further call; the header's length is checked before
  ///   any of the body.
  @inlinable
  public mutating func next(
    _ bytes: RawSpan, from offset: inout Int
  ) throws(FramingError) -> ScanEvent? {
    if bodyRemaining > 0 {
      let count = min(bodyRemaining, bytes.byteCount - offset)
      if count <= 0 { return nil }
      let start = offset
      offset += count
      bodyRemaining -= count
      return .body(start..<offset, isLast: bodyRemaining == 0)
    }
    if headerCount == 0, bytes.byteCount - offset >= 5 {
      headerBits =
        UInt64(bytes.byte(at: offset)) << 32 | UInt64(bytes.bigEndianUInt32(at: offset + 1))
      headerCount = 5
      offset += 5
    } else {
      while headerCount < 5 {
        if offset >= bytes.byteCount { return nil }
        headerBits = headerBits << 8 | UInt64(bytes.byte(at: offset))
        headerCount += 1
        offset += 1
      }
    }
    return try finishHeader()
  }

  /// Moves `offset` past as much of a body as is there, for whoever doesn't look at it; cheaper
  /// than an event. What is still to come of it gives events.
  @inlinable
  public mutating func skipBody(_ bytes: RawSpan, from offset: inout Int) {
    let count = min(bodyRemaining, bytes.byteCount - offset)
    offset += count
    bodyRemaining -= count
  }

  /// Checks a header that is complete.
  @inlinable
  mutating func finishHeader() throws(FramingError) -> ScanEvent {
    let type = UInt8(truncatingIfNeeded: headerBits >> 32)
    let length = Int32(truncatingIfNeeded: headerBits)
    if length < 4 || Int(length) > maximumLength {
      throw .lengthOutOfRange(type: type, length: length, maximum: maximumLength)
    }
    headerBits = 0
    headerCount = 0
    bodyRemaining = Int(length) - 4
    return .header(type: type, bodyLength: bodyRemaining)
  }
}
