import Testing
import TestSupport
import Wire

@Suite("Answers of a client that logs in")
struct PasswordMessageTests {
  @Test("a password is one terminated text")
  func password() throws {
    let body = Packets.text("secret")
    #expect(body.text(try PasswordMessage.decode(body.span.bytes)) == "secret")
    #expect(PasswordMessage.encoded(.init(text: "secret")) == Packets.message("p", body))
    #expect(PasswordMessage.encoded([]) == Packets.message("p", [0]))
    #expect(PasswordMessage.encoded([0x61, 0, 0x62]) == Packets.message("p", hex("616200")))
  }

  @Test("anything else is refused", arguments: ["", "61", "6100 00", "0061"])
  func malformedPassword(body: String) {
    let body = hex(body)
    #expect(throws: MessageBodyError.self) { try PasswordMessage.decode(body.span.bytes) }
  }

  @Test("SASL begins with a mechanism and its data")
  func initialResponse() throws {
    let body = Packets.text("SCRAM-SHA-256") + hex("00000003 6e2c2c")
    let decoded = try SASLInitialResponse.decode(body.span.bytes)
    #expect(body.text(decoded.mechanism) == "SCRAM-SHA-256")
    #expect(decoded.data == 18..<21)
    #expect(
      SASLInitialResponse.encoded(mechanism: "SCRAM-SHA-256", data: hex("6e2c2c"))
        == Packets.message("p", body))
    let empty = hex("6100 00000000")
    #expect(try SASLInitialResponse.decode(empty.span.bytes).data == 6..<6)
    let none = hex("6100 ffffffff")
    #expect(try SASLInitialResponse.decode(none.span.bytes).data == nil)
  }

  @Test(
    "a length that does not fit the data is refused",
    arguments: [
      ("", .truncated, 0), ("61", .truncated, 0), ("6100", .truncated, 2),
      ("6100 000000", .truncated, 2), ("6100 00000002 61", .truncated, 7),
      ("6100 7fffffff", .truncated, 6), ("6100 00000001 6162", .trailingBytes, 7),
      ("6100 ffffffff 61", .trailingBytes, 6), ("6100 fffffffe", .invalidValue, 2),
      ("6100 80000000", .invalidValue, 2),
    ] as [(String, MessageBodyError.Problem, Int)])
  func malformedResponse(body: String, problem: MessageBodyError.Problem, offset: Int) {
    let body = hex(body)
    #expect(
      throws: MessageBodyError(type: UInt8(ascii: "p"), problem: problem, offset: offset)
    ) { try SASLInitialResponse.decode(body.span.bytes) }
  }

  @Test("SASL goes on with data and nothing else")
  func response() {
    #expect(SASLResponse.encoded(hex("633d")) == Packets.message("p", hex("633d")))
    #expect(SASLResponse.encoded([]) == Packets.message("p"))
  }
}
