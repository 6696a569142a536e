/// A command has ended.
public struct CommandComplete: Sendable, Equatable {
  /// Where the tag stands in the body: the command's name, and how many rows it was about, perhaps.
  public let tag: Range<Int>

  /// Reads the body of a `C` message of a server.
  ///
  /// - Throws: when the body is anything but one terminated text.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> CommandComplete {
    var reader = BodyReader(type: BackendMessageType.commandComplete, body)
    let tag = try reader.terminatedText(body)
    try reader.expectEnd()
    return CommandComplete(tag: tag)
  }

  /// The whole message; zero bytes in the tag are left out.
  public static func encoded(tag: String) -> [UInt8] {
    var body: [UInt8] = []
    body.append(terminated: tag)
    return MessageEncoder.encode(type: BackendMessageType.commandComplete, body: body)
  }
}
