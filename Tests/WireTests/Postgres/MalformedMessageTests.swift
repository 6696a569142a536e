import Testing
import TestSupport
import Wire

@Suite("A malformed message")
struct MalformedMessageTests {
  /// A decoder of bodies, without what it returns, and a body that it takes.
  struct Decoder: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sample: [UInt8]
    let decode: @Sendable (RawSpan) throws(MessageBodyError) -> Void

    init(
      _ name: String, sample: String,
      decode: @escaping @Sendable (RawSpan) throws(MessageBodyError) -> Void
    ) {
      self.testDescription = name
      self.sample = hex(sample)
      self.decode = decode
    }
  }

  static let keyData = Decoder("BackendKeyData", sample: "00000007 01020304") {
    (body) throws(MessageBodyError) in
    let decoded = try BackendKeyData.decode(body, version: .v3_2)
    #expect(decoded.key.upperBound == body.byteCount)
  }
  static let status = Decoder("ParameterStatus", sample: "54696d6500 55544300") {
    (body) throws(MessageBodyError) in
    let decoded = try ParameterStatus.decode(body)
    #expect(decoded.name.upperBound + 1 == decoded.value.lowerBound)
    #expect(decoded.value.upperBound + 1 == body.byteCount)
  }
  static let ready = Decoder("ReadyForQuery", sample: "49") { (body) throws(MessageBodyError) in
    _ = try ReadyForQuery.decode(body)
    #expect(body.byteCount == 1)
  }
  static let negotiate = Decoder(
    "NegotiateProtocolVersion", sample: "00030000 00000002 6100 626200"
  ) { (body) throws(MessageBodyError) in
    let decoded = try NegotiateProtocolVersion.decode(body)
    #expect(decoded.unknownOptions.reduce(8) { $0 + $1.count + 1 } == body.byteCount)
  }
  static let authentication = Decoder("Authentication", sample: "0000000a 6100 62630000") {
    (body) throws(MessageBodyError) in
    let decoded = try AuthenticationRequest.decode(body)
    if case .sasl(let names) = decoded {
      #expect(names.reduce(5) { $0 + $1.count + 1 } == body.byteCount)
    }
  }
  static let error = Decoder(
    "ErrorResponse", sample: "56 464154414c00 43 303850303100 4d 6d00 48 6800 00"
  ) { (body) throws(MessageBodyError) in
    let decoded = try ErrorResponse.decode(body)
    #expect(decoded.sqlState.description.utf8.count == 5)
  }
  static let complete = Decoder("CommandComplete", sample: "53484f5700") {
    (body) throws(MessageBodyError) in
    let decoded = try CommandComplete.decode(body)
    #expect(decoded.tag.upperBound + 1 == body.byteCount)
  }
  static let parse = Decoder("Parse", sample: "7300 73656c656374202431 00 0001 00000017") {
    (body) throws(MessageBodyError) in
    let decoded = try ParseMessage.decode(body)
    #expect(decoded.name.upperBound + 1 == decoded.query.lowerBound)
    #expect(decoded.parameterTypes.upperBound == body.byteCount)
  }
  static let bind = Decoder("Bind", sample: "7000 7300 0000 0000 0000") {
    (body) throws(MessageBodyError) in
    let decoded = try BindMessage.decode(body)
    #expect(decoded.portal.upperBound + 1 == decoded.statement.lowerBound)
    #expect(decoded.rest == decoded.statement.upperBound + 1..<body.byteCount)
  }
  static let describe = Decoder("Describe", sample: "53 7300") {
    (body) throws(MessageBodyError) in
    let decoded = try DescribeMessage.decode(body)
    #expect(decoded.name == 1..<body.byteCount - 1)
  }
  static let close = Decoder("Close", sample: "50 7000") { (body) throws(MessageBodyError) in
    let decoded = try CloseMessage.decode(body)
    #expect(decoded.name == 1..<body.byteCount - 1)
  }
  static let execute = Decoder("Execute", sample: "7000 00000001") {
    (body) throws(MessageBodyError) in
    let decoded = try ExecuteMessage.decode(body)
    #expect(decoded.portal.upperBound + 5 == body.byteCount)
  }
  static let all = [
    keyData, status, ready, negotiate, authentication, error, complete, parse, bind, describe,
    close, execute,
  ]

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
    (complete, "53484f57", .truncated, 0),
    (complete, "53484f5700 00", .trailingBytes, 5),
    (parse, "", .truncated, 0),
    (parse, "7300 73", .truncated, 2),
    (parse, "7300 7300", .truncated, 4),
    (parse, "7300 7300 00", .truncated, 4),
    (parse, "7300 7300 0001 000000", .truncated, 6),
    (parse, "7300 7300 ffff 00000000", .truncated, 6),
    (parse, "7300 7300 0000 00", .trailingBytes, 6),
    (parse, "7300 7300 0001 00000000 00000000", .trailingBytes, 10),
    (bind, "70", .truncated, 0),
    (bind, "7000", .truncated, 2),
    (bind, "7000 73", .truncated, 2),
    (describe, "", .truncated, 0),
    (describe, "54 00", .invalidValue, 0),
    (describe, "53", .truncated, 1),
    (describe, "53 73", .truncated, 1),
    (describe, "53 7300 00", .trailingBytes, 3),
    (close, "73 00", .invalidValue, 0),
    (close, "50 00 00", .trailingBytes, 2),
    (execute, "70", .truncated, 0),
    (execute, "7000 000000", .truncated, 2),
    (execute, "00 00000000 00", .trailingBytes, 5),
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

  @Test("that was damaged at random is taken or refused, and never traps", arguments: all)
  func damaged(decoder: Decoder) throws {
    try decoder.decode(decoder.sample.span.bytes)
    var mutator = Mutator(seed: 3)
    var refused = 0
    for _ in 0..<3_000 {
      let body = mutator.mutate(decoder.sample)
      do throws(MessageBodyError) {
        try decoder.decode(body.span.bytes)
      } catch {
        #expect(error.offset <= body.count)
        refused += 1
      }
    }
    #expect(refused > 300)
  }
}
