/// A client's answer to a request for its password or for the password's MD5 hash.
///
/// Type `p`, like ``SASLInitialResponse`` and ``SASLResponse``: which one it is follows from what the
/// server asked for.
public enum PasswordMessage {
  /// Reads the body of a `p` message that answers such a request.
  ///
  /// - Returns: where the text stands in the body, its terminator excluded.
  /// - Throws: when the body is anything but one terminated text.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> Range<Int> {
    var reader = BodyReader(type: FrontendMessageType.password, body)
    let text = try reader.terminatedText(body)
    try reader.expectEnd()
    return text
  }

  /// The whole message with this text; zero bytes in it are left out.
  public static func encoded(_ text: [UInt8]) -> [UInt8] {
    MessageEncoder.encode(
      type: FrontendMessageType.password, body: text.filter { $0 != 0 } + [0])
  }
}
