/// The server's answer to a client that asked for a newer minor version, or for protocol options, that
/// the server does not know.
public struct NegotiateProtocolVersion: Sendable, Equatable {
  /// The newest version that the server speaks.
  public let newest: ProtocolVersion
  /// Where the names of the options that the server does not know stand in the body; at most
  /// ``PostgresLimits/startupParameters``.
  public let unknownOptions: [Range<Int>]

  /// Reads the body of a `v` message.
  ///
  /// - Throws: when the count of options is negative, larger than a startup message can hold, or not
  ///   that of the names that follow.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> NegotiateProtocolVersion {
    var reader = BodyReader(type: BackendMessageType.negotiateProtocolVersion, body)
    let version = ProtocolVersion(rawValue: UInt32(bitPattern: try reader.int32(body)))
    let count = try reader.int32(body)
    if count < 0 || count > PostgresLimits.startupParameters {
      throw reader.error(.invalidValue, at: 4)
    }
    var options: [Range<Int>] = []
    for _ in 0..<count { options.append(try reader.terminatedText(body)) }
    try reader.expectEnd()
    return NegotiateProtocolVersion(newest: version, unknownOptions: options)
  }

  /// The whole message; zero bytes in names are left out.
  ///
  /// - Precondition: at most ``PostgresLimits/startupParameters`` options.
  public static func encoded(newest: ProtocolVersion, unknownOptions: [String]) -> [UInt8] {
    precondition(unknownOptions.count <= PostgresLimits.startupParameters, "too many options")
    var body: [UInt8] = []
    body.append(bigEndian: newest.rawValue)
    body.append(bigEndian: Int32(unknownOptions.count))
    for name in unknownOptions { body.append(terminated: name) }
    return MessageEncoder.encode(type: BackendMessageType.negotiateProtocolVersion, body: body)
  }
}
