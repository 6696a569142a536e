/// A step of authentication that the server asks for, or its end. Ranges are offsets into the body.
public enum AuthenticationRequest: Sendable, Equatable {
  /// The client is who it says it is.
  case ok
  /// Kerberos V5, which no server since PostgreSQL 9.3 asks for.
  case kerberosV5
  /// The password as it is.
  case cleartextPassword
  /// The password's MD5 hash with this salt of four bytes.
  case md5Password(salt: Range<Int>)
  /// GSSAPI begins.
  case gss
  /// GSSAPI or SSPI goes on with this data.
  case gssContinue(Range<Int>)
  /// SSPI begins.
  case sspi
  /// SASL begins, with one of these mechanisms.
  case sasl(mechanisms: [Range<Int>])
  /// SASL goes on with this data.
  case saslContinue(Range<Int>)
  /// SASL ends with this data; ``ok`` follows.
  case saslFinal(Range<Int>)
  /// A request that this module does not know; its code.
  case unknown(code: Int32)

  /// Reads the body of an `R` message.
  ///
  /// - Throws: when the body is not laid out as its code demands.
  public static func decode(_ body: RawSpan) throws(MessageBodyError) -> AuthenticationRequest {
    var reader = BodyReader(type: BackendMessageType.authentication, body)
    let code = try reader.int32(body)
    let request: AuthenticationRequest
    switch code {
    case 0: request = .ok
    case 2: request = .kerberosV5
    case 3: request = .cleartextPassword
    case 5: request = .md5Password(salt: try salt(&reader, body))
    case 7: request = .gss
    case 8: request = .gssContinue(reader.rest())
    case 9: request = .sspi
    case 10: request = .sasl(mechanisms: try mechanisms(&reader, body))
    case 11: request = .saslContinue(reader.rest())
    case 12: request = .saslFinal(reader.rest())
    default: return .unknown(code: code)
    }
    try reader.expectEnd()
    return request
  }

  private static func salt(
    _ reader: inout BodyReader, _ body: RawSpan
  ) throws(MessageBodyError) -> Range<Int> {
    let start = reader.offset
    _ = try reader.int32(body)
    return start..<reader.offset
  }

  /// Terminated names, and an empty one at the end.
  private static func mechanisms(
    _ reader: inout BodyReader, _ body: RawSpan
  ) throws(MessageBodyError) -> [Range<Int>] {
    var names: [Range<Int>] = []
    while true {
      let name = try reader.terminatedText(body)
      if name.isEmpty { return names }
      names.append(name)
    }
  }

  /// The whole message that ends authentication.
  public static func encodedOK() -> [UInt8] { encoded(code: 0, rest: []) }

  /// The whole message that asks for the password as it is.
  public static func encodedCleartextPassword() -> [UInt8] { encoded(code: 3, rest: []) }

  /// The whole message that asks for the password's MD5 hash with this salt: four random bytes, the
  /// first in the highest place.
  public static func encodedMD5Password(salt: UInt32) -> [UInt8] {
    var rest: [UInt8] = []
    rest.append(bigEndian: salt)
    return encoded(code: 5, rest: rest)
  }

  /// The whole message that begins SASL and offers these mechanisms, the preferred one first; zero
  /// bytes in names are left out.
  public static func encodedSASL(mechanisms: [String]) -> [UInt8] {
    var rest: [UInt8] = []
    for mechanism in mechanisms { rest.append(terminated: mechanism) }
    rest.append(0)
    return encoded(code: 10, rest: rest)
  }

  /// The whole message that goes on with SASL.
  public static func encodedSASLContinue(_ data: [UInt8]) -> [UInt8] {
    encoded(code: 11, rest: data)
  }

  /// The whole message that ends SASL.
  public static func encodedSASLFinal(_ data: [UInt8]) -> [UInt8] {
    encoded(code: 12, rest: data)
  }

  private static func encoded(code: Int32, rest: [UInt8]) -> [UInt8] {
    var body: [UInt8] = []
    body.append(bigEndian: code)
    body.append(contentsOf: rest)
    return MessageEncoder.encode(type: BackendMessageType.authentication, body: body)
  }
}
