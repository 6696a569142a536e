/// A client's first answer in SASL: the mechanism it chose, and what that begins with.
public struct SASLInitialResponse: Sendable, Equatable {
  /// Where the mechanism's name stands in the body.
  public let mechanism: Range<Int>
  /// Where the mechanism's own data stands in the body; nil where the client gave none.
  public let data: Range<Int>?

  /// Reads the body of a `p` message that answers an offer of mechanisms.
  ///
  /// - Throws: when the data's length is less than -1, or not that of the bytes that follow.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> SASLInitialResponse {
    var reader = BodyReader(type: FrontendMessageType.password, body)
    let mechanism = try reader.terminatedText(body)
    let lengthOffset = reader.offset
    let length = try reader.int32(body)
    let data = reader.rest()
    switch length {
    case -1 where data.isEmpty: return SASLInitialResponse(mechanism: mechanism, data: nil)
    case -1: throw reader.error(.trailingBytes, at: data.lowerBound)
    case ..<0: throw reader.error(.invalidValue, at: lengthOffset)
    default: break
    }
    if data.count < length { throw reader.error(.truncated) }
    if data.count > length {
      throw reader.error(.trailingBytes, at: data.lowerBound + Int(length))
    }
    return SASLInitialResponse(mechanism: mechanism, data: data)
  }

  /// The whole message that chooses this mechanism; zero bytes in its name are left out.
  public static func encoded(mechanism: String, data: [UInt8]) -> [UInt8] {
    var body: [UInt8] = []
    body.append(terminated: mechanism)
    body.append(bigEndian: Int32(data.count))
    body.append(contentsOf: data)
    return MessageEncoder.encode(type: FrontendMessageType.password, body: body)
  }
}

/// A client's further answers in SASL: the body is the mechanism's data and nothing else.
public enum SASLResponse {
  /// The whole message with this data.
  public static func encoded(_ data: [UInt8]) -> [UInt8] {
    MessageEncoder.encode(type: FrontendMessageType.password, body: data)
  }
}
