import Testing
import Wire

@Suite("Errors to clients")
struct ErrorResponseTests {
  static func decode(_ message: [UInt8]) throws -> ErrorResponse {
    try ErrorResponse.decode(Array(message.dropFirst(5)))
  }

  @Test("an error is written as a server writes it")
  func written() {
    let error = ErrorResponse(
      sqlState: .invalidCatalogName, message: "no such tenant", detail: "d.", hint: "h.")
    let body =
      "SFATAL\0VFATAL\0C3D000\0Mno such tenant\0Dd.\0Hh.\0\0"
    #expect(error.encoded() == Packets.message("E", .init(text: body)))
  }

  @Test("an error is read back as it was written")
  func readBack() throws {
    let errors = [
      ErrorResponse(sqlState: .tooManyConnections, message: "m"),
      ErrorResponse(severity: .error, sqlState: .connectionRejected, message: "é", detail: ""),
      ErrorResponse(severity: .panic, sqlState: .internalError, message: "", hint: "x"),
    ]
    for error in errors { #expect(try Self.decode(error.encoded()) == error) }
  }

  @Test("fields come in any order, and unknown ones are passed over")
  func anyOrder() throws {
    let body = [UInt8](text: "Fpostgres.c\0Mm\0L12\0C57P03\0SFEHLER\0VERROR\0?\0\0")
    let error = try ErrorResponse.decode(body)
    #expect(error == ErrorResponse(severity: .error, sqlState: .cannotConnectNow, message: "m"))
  }

  @Test("the severity of a server before 9.6 is taken from the localized field")
  func oldServer() throws {
    let body = [UInt8](text: "SFATAL\0C57P03\0Mm\0\0")
    #expect(try ErrorResponse.decode(body).severity == .fatal)
  }

  @Test("text of a client can't add fields or break the frame")
  func zeroBytes() throws {
    let error = ErrorResponse(sqlState: .protocolViolation, message: "a\0C00000\0b")
    #expect(try Self.decode(error.encoded()).message == "aC00000b")
    #expect(try Self.decode(error.encoded()).sqlState == .protocolViolation)
  }

  @Test("long text is cut between two characters")
  func longText() throws {
    let error = ErrorResponse(
      sqlState: .protocolViolation, message: "x" + String(repeating: "é", count: 10_000))
    let message = try Self.decode(error.encoded()).message
    #expect(message.utf8.count == PostgresLimits.errorTextBytes - 1)
    #expect(message.last == "é")
  }

  @Test(
    "codes are five digits or capital letters",
    arguments: [
      ("08P01", true), ("00000", true), ("", false), ("0800", false), ("080000", false),
      ("08p01", false), ("08 01", false), ("08P0é", false),
    ])
  func sqlStates(text: String, isValid: Bool) {
    #expect((SQLState(text.utf8) != nil) == isValid)
    if isValid { #expect(SQLState(text.utf8)?.description == text) }
  }
}
