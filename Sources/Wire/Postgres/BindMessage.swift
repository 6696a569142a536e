/// Values for a statement's parameters, which make it a portal. Ranges are offsets into the body.
///
/// Body: portal, statement, both terminated; formats and values of the parameters; formats of the
/// columns.
public struct BindMessage: Sendable, Equatable {
  /// Where the portal's name stands; empty for the unnamed portal.
  public let portal: Range<Int>
  /// Where the statement's name stands; empty for the unnamed statement.
  public let statement: Range<Int>
  /// Where formats and values stand: all behind the names. They are the server's to check.
  public let rest: Range<Int>

  /// Reads the names in the body of a `B` message.
  ///
  /// - Throws: when the body does not begin with two names of at most
  ///   ``PostgresLimits/statementNameBytes``.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> BindMessage {
    var reader = BodyReader(type: FrontendMessageType.bind, body)
    let portal = try reader.name(body)
    let statement = try reader.name(body)
    return BindMessage(portal: portal, statement: statement, rest: reader.rest())
  }
}

extension BindMessage {
  /// The names that a body begins with.
  public struct Prefix: Sendable, Equatable {
    /// Where the portal's name stands; empty for the unnamed portal.
    public let portal: Range<Int>
    /// Where the statement's name stands; empty for the unnamed statement.
    public let statement: Range<Int>
    /// Length of the prefix in bytes: formats and values begin here.
    public let byteCount: Int

    /// Appends the message again for a statement of another name, up to formats and values: the rest
    /// of the body, from ``byteCount`` on, is the caller's to send behind it.
    ///
    /// - Parameters:
    ///   - statement: the statement's name to write; the portal keeps its own.
    ///   - bytes: the body that the prefix was read from, or as much of it as has arrived.
    ///   - bodyLength: length of the whole body, as the message's header gives it; at least
    ///     ``byteCount``.
    ///   - output: takes `portal.count + statement.byteCount + 7` bytes.
    /// - Throws: when the name can't be written, the message gets too long, or there is no room;
    ///   nothing is appended then.
    public func appendRenamed(
      statement: RawSpan, of bytes: RawSpan, bodyLength: Int, to output: inout OutputSpan<UInt8>
    ) throws(MessageWriteError) {
      try MessageHead(type: FrontendMessageType.bind, bytes.extracting(portal), statement)
        .append(followedBy: bodyLength - byteCount, to: &output)
    }
  }

  /// Reads the names that the body of a `B` message begins with, as soon as they are there.
  ///
  /// - Parameters:
  ///   - bytes: what has arrived, from the body's first byte on; it may go on behind the body.
  ///   - bodyLength: length of the whole body, as the message's header gives it.
  /// - Returns: the prefix, or nil while more bytes are needed.
  /// - Throws: when the body ends before the names do, or a name is longer than
  ///   ``PostgresLimits/statementNameBytes``; more bytes would not make it right.
  public static func decodePrefix(
    _ bytes: RawSpan, bodyLength: Int
  ) throws(MessageBodyError) -> Prefix? {
    var reader = BodyReader(type: FrontendMessageType.bind, bytes, bodyLength: bodyLength)
    guard let portal = try reader.arrivedName(bytes),
      let statement = try reader.arrivedName(bytes)
    else { return nil }
    return Prefix(portal: portal, statement: statement, byteCount: reader.offset)
  }
}
