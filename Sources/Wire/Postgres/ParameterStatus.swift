/// The value of a setting that the server reports, at start and whenever it changes.
public struct ParameterStatus: Sendable, Equatable {
  /// Where the setting's name stands in the body.
  public let name: Range<Int>
  /// Where its value stands in the body.
  public let value: Range<Int>

  /// Reads the body of an `S` message.
  ///
  /// - Throws: when the body is anything but two terminated texts.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> ParameterStatus {
    var reader = BodyReader(type: BackendMessageType.parameterStatus, body)
    let name = try reader.terminatedText(body)
    let value = try reader.terminatedText(body)
    try reader.expectEnd()
    return ParameterStatus(name: name, value: value)
  }

  /// The whole message that reports this setting; zero bytes in name or value are left out.
  public static func encoded(name: String, value: String) -> [UInt8] {
    var body: [UInt8] = []
    body.append(terminated: name)
    body.append(terminated: value)
    return MessageEncoder.encode(type: BackendMessageType.parameterStatus, body: body)
  }
}
