import Testing
import Wire

@Suite("A malformed message of a server")
struct MalformedMessageTests {
  /// A decoder of bodies, without what it returns.
  struct Decoder: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let decode: @Sendable (RawSpan) throws(MessageBodyError) -> Void
  }

  static let keyData = Decoder(testDescription: "BackendKeyData") {
    (body) throws(MessageBodyError) in
    _ = try BackendKeyData.decode(body, version: .v3_2)
  }
  static let status = Decoder(testDescription: "ParameterStatus") {
    (body) throws(MessageBodyError) in
    _ = try ParameterStatus.decode(body)
  }
  static let ready = Decoder(testDescription: "ReadyForQuery") { (body) throws(MessageBodyError) in
    _ = try ReadyForQuery.decode(body)
  }
  static let negotiate = Decoder(testDescription: "NegotiateProtocolVersion") {
    (body) throws(MessageBodyError) in
    _ = try NegotiateProtocolVersion.decode(body)
  }
  static let authentication = Decoder(testDescription: "Authentication") {
    (body) throws(MessageBodyError) in
    _ = try AuthenticationRequest.decode(body)
  }
  static let error = Decoder(testDescription: "ErrorResponse") { (body) throws(MessageBodyError) in
    _ = try ErrorResponse.decode(body)
  }
  static let all = [keyData, status, ready, negotiate, authentication, error]

  static let cases: [(Decoder, String, MessageBodyError.Problem, Int)] = [
    (keyData, "000000", .truncated, 0),
    (keyData, "00000001 010203", .truncated, 4),
    (status, "", .truncated, 0),
    (status, "6100 62", .truncated, 2),
    (status, "6100 6200 00", .trailingBytes, 4),
    (ready, "", .truncated, 0),
    (ready, "58", .invalidValue, 0),
    (ready, "4900", .trailingBytes, 1),
    (negotiate, "00030000", .truncated, 4),
    (negotiate, "00030000 ffffffff", .invalidValue, 4),
    (negotiate, "00030000 7fffffff", .invalidValue, 4),
    (negotiate, "00030000 00000041", .invalidValue, 4),
    (negotiate, "00030000 00000002 6100", .truncated, 10),
    (negotiate, "00030000 00000001 6100 6200", .trailingBytes, 10),
    (authentication, "0000", .truncated, 0),
    (authentication, "00000000 00", .trailingBytes, 4),
    (authentication, "00000005 010203", .truncated, 4),
    (authentication, "00000005 0102030405", .trailingBytes, 8),
    (authentication, "0000000a 6100", .truncated, 6),
    (authentication, "0000000a 6100 00 00", .trailingBytes, 7),
    (error, "", .truncated, 0),
    (error, "00", .truncated, 1),
    (error, "56 4552524f5200 4d 6100", .truncated, 10),
    (error, "56 4552524f5200 43 3038503031 00 00", .truncated, 15),
    (error, "56 4e4f4e4500", .invalidValue, 1),
    (error, "43 3038503000", .invalidValue, 1),
    (error, "43 303850303100 4d6100 5645525200", .invalidValue, 11),
  ]

  @Test("is refused with the problem and its place", arguments: cases)
  func refused(decoder: Decoder, body: String, problem: MessageBodyError.Problem, offset: Int) {
    let bytes = hex(body)
    let error = #expect(throws: MessageBodyError.self) {
      try decoder.decode(bytes.span.bytes)
    }
    #expect(error?.problem == problem)
    #expect(error?.offset == offset)
    #expect(error?.description.isEmpty == false)
  }

  @Test("of random bytes never traps", arguments: all)
  func randomBytes(decoder: Decoder) {
    var random = SeededRandom(seed: 3)
    var refused = 0
    for _ in 0..<3_000 {
      let count = Int.random(in: 0...24, using: &random)
      let body = (0..<count).map { _ in
        Bool.random(using: &random) ? 0 : UInt8.random(in: 0...255, using: &random)
      }
      do throws(MessageBodyError) {
        try decoder.decode(body.span.bytes)
      } catch {
        #expect(error.offset <= body.count)
        refused += 1
      }
    }
    #expect(refused > 500)
  }
}
