/// What a server says when a step is done that gives nothing else: messages without a body.
public enum CompletionMessage: UInt8, Sendable, Hashable, CaseIterable {
  /// `1`: a statement is parsed.
  case parseComplete = 0x31
  /// `2`: a portal is bound.
  case bindComplete = 0x32
  /// `3`: a statement or portal is closed.
  case closeComplete = 0x33
  /// `n`: what was described gives no rows.
  case noData = 0x6E
  /// `s`: a portal has given as many rows as were asked for.
  case portalSuspended = 0x73
  /// `I`: a query string without a statement has ended.
  case emptyQueryResponse = 0x49

  /// Length of each such message in bytes.
  @inlinable public static var byteCount: Int { 5 }

  /// The whole message.
  public func encoded() -> [UInt8] { MessageEncoder.encode(type: rawValue, body: []) }

  /// Appends the whole message, ``byteCount`` bytes.
  ///
  /// - Throws: ``MessageWriteError/noRoom(needed:free:)`` when they do not fit; nothing is appended then.
  public func append(to output: inout OutputSpan<UInt8>) throws(MessageWriteError) {
    if output.freeCapacity < Self.byteCount {
      throw .noRoom(needed: Self.byteCount, free: output.freeCapacity)
    }
    output.append(rawValue)
    output.append(bigEndian: 4)
  }
}
