/// A statement to be parsed and kept under a name. Ranges are offsets into the body.
///
/// Body: name, query, both terminated; count of parameter types, 16 bits; their oids, 32 bits each.
public struct ParseMessage: Sendable, Equatable {
  /// Where the statement's name stands; empty for the unnamed statement.
  public let name: Range<Int>
  /// Where the query stands, without its terminator.
  public let query: Range<Int>
  /// Where the oids of the types that the client gives its parameters stand, four bytes each; fewer
  /// than the query has parameters, perhaps, and 0 for one that the server is to infer.
  public let parameterTypes: Range<Int>

  /// All behind the name: query, count and oids. Two messages that agree in it ask for the same
  /// statement.
  public var definition: Range<Int> { query.lowerBound..<parameterTypes.upperBound }

  /// Reads the body of a `P` message. Costs one pass over name and query.
  ///
  /// - Throws: when the body is anything but a name of at most ``PostgresLimits/statementNameBytes``,
  ///   a query and as many oids as it says.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> ParseMessage {
    var reader = BodyReader(type: FrontendMessageType.parse, body)
    let name = try reader.name(body)
    let query = try reader.terminatedText(body)
    let count = Int(try reader.uint16(body))
    let types = reader.rest()
    if types.count < 4 * count { throw reader.error(.truncated, at: types.lowerBound) }
    if types.count > 4 * count {
      throw reader.error(.trailingBytes, at: types.lowerBound + 4 * count)
    }
    return ParseMessage(name: name, query: query, parameterTypes: types)
  }
}

extension ParseMessage {
  /// The name that a body begins with.
  public struct Prefix: Sendable, Equatable {
    /// Where the statement's name stands; empty for the unnamed statement.
    public let name: Range<Int>
    /// Length of the prefix in bytes: the query begins here.
    public let byteCount: Int

    /// Appends the message again under another name, up to the query: the rest of the body, from
    /// ``byteCount`` on, is the caller's to send behind it.
    ///
    /// - Parameters:
    ///   - name: the name to write; empty for the unnamed statement.
    ///   - bodyLength: length of the whole body, as the message's header gives it; at least
    ///     ``byteCount``.
    ///   - output: takes at most `name.byteCount + 6` bytes.
    /// - Throws: when the name can't be written, the message gets too long, or there is no room;
    ///   nothing is appended then.
    public func appendRenamed(
      _ name: RawSpan, bodyLength: Int, to output: inout OutputSpan<UInt8>
    ) throws(MessageWriteError) {
      try ParseMessage.appendHead(
        name: name, definitionBytes: bodyLength - byteCount, to: &output)
    }
  }

  /// Reads the name that the body of a `P` message begins with, as soon as it is there.
  ///
  /// - Parameters:
  ///   - bytes: what has arrived, from the body's first byte on; it may go on behind the body.
  ///   - bodyLength: length of the whole body, as the message's header gives it.
  /// - Returns: the prefix, or nil while more bytes are needed.
  /// - Throws: when the body ends before the name does, or the name is longer than
  ///   ``PostgresLimits/statementNameBytes``; more bytes would not make it right.
  public static func decodePrefix(
    _ bytes: RawSpan, bodyLength: Int
  ) throws(MessageBodyError) -> Prefix? {
    var reader = BodyReader(type: FrontendMessageType.parse, bytes, bodyLength: bodyLength)
    guard let name = try reader.arrivedName(bytes) else { return nil }
    return Prefix(name: name, byteCount: reader.offset)
  }

  /// Appends a message up to its query: header and name.
  ///
  /// - Parameters:
  ///   - name: the statement's name; empty for the unnamed statement.
  ///   - definitionBytes: how many bytes the ``definition`` has that the caller sends behind it.
  ///   - output: takes `name.byteCount + 6` bytes.
  /// - Throws: when the name can't be written, the message gets too long, or there is no room;
  ///   nothing is appended then.
  public static func appendHead(
    name: RawSpan, definitionBytes: Int, to output: inout OutputSpan<UInt8>
  ) throws(MessageWriteError) {
    try MessageHead(type: FrontendMessageType.parse, name)
      .append(followedBy: definitionBytes, to: &output)
  }
}
