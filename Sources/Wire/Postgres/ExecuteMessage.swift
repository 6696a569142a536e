/// The client wants the rows of a portal.
public struct ExecuteMessage: Sendable, Equatable {
  /// Where the portal's name stands in the body; empty for the unnamed portal.
  public let portal: Range<Int>
  /// After how many rows the portal is suspended; 0 or less for never.
  public let maximumRows: Int32

  /// Reads the body of an `E` message of a client.
  ///
  /// - Throws: when the body is anything but a name of at most ``PostgresLimits/statementNameBytes``
  ///   and a count.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> ExecuteMessage {
    var reader = BodyReader(type: FrontendMessageType.execute, body)
    let portal = try reader.name(body)
    let maximumRows = try reader.int32(body)
    try reader.expectEnd()
    return ExecuteMessage(portal: portal, maximumRows: maximumRows)
  }
}
