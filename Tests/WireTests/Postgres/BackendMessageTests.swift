import Testing
import TestSupport
import Wire

@Suite("Messages of a server")
struct BackendMessageTests {
  @Test("key data of protocol 3.0 has a key of four bytes")
  func keyData30() throws {
    let body = hex("00000007 01020304")
    let decoded = try BackendKeyData.decode(body.span.bytes, version: .v3_0)
    #expect(decoded.processID == 7)
    #expect(decoded.key == 4..<8)
    let key: [UInt8] = [1, 2, 3, 4]
    #expect(
      BackendKeyData.encoded(processID: 7, key: key.span.bytes) == Packets.message("K", body))
  }

  @Test(
    "a key must have a length that its protocol allows",
    arguments: [
      (.v3_0, 3, false), (.v3_0, 4, true), (.v3_0, 5, false), (.v3_0, 32, false),
      (ProtocolVersion(major: 3, minor: 1), 5, false), (.v3_2, 0, false), (.v3_2, 3, false),
      (.v3_2, 4, true), (.v3_2, 32, true), (.v3_2, 256, true), (.v3_2, 257, false),
    ] as [(ProtocolVersion, Int, Bool)])
  func keyLengths(version: ProtocolVersion, length: Int, isAllowed: Bool) throws {
    let body = hex("00000007") + [UInt8](repeating: 9, count: length)
    if isAllowed {
      let decoded = try BackendKeyData.decode(body.span.bytes, version: version)
      #expect(decoded.key == 4..<body.count)
    } else {
      #expect(throws: MessageBodyError.self) {
        try BackendKeyData.decode(body.span.bytes, version: version)
      }
    }
  }

  @Test("a parameter's status gives name and value")
  func parameterStatus() throws {
    let body = Packets.text("TimeZone") + Packets.text("UTC")
    let decoded = try ParameterStatus.decode(body.span.bytes)
    #expect(body.text(decoded.name) == "TimeZone")
    #expect(body.text(decoded.value) == "UTC")
    #expect(
      ParameterStatus.encoded(name: "TimeZone", value: "UTC") == Packets.message("S", body))
    #expect(
      ParameterStatus.encoded(name: "a\0b", value: "") == Packets.message("S", hex("61620000")))
  }

  @Test(
    "readiness gives the state of the transaction",
    arguments: [("I", .idle), ("T", .inTransaction), ("E", .failed)]
      as [(Character, TransactionStatus)])
  func readyForQuery(letter: Character, status: TransactionStatus) throws {
    let body = [letter.asciiValue!]
    #expect(try ReadyForQuery.decode(body.span.bytes).status == status)
    #expect(ReadyForQuery(status: status).encoded() == Packets.message("Z", body))
  }

  @Test("a negotiated version names the options that the server does not know")
  func negotiateProtocolVersion() throws {
    let body = hex("00030000 00000002") + Packets.text("_pq_.a") + Packets.text("_pq_.b")
    let decoded = try NegotiateProtocolVersion.decode(body.span.bytes)
    #expect(decoded.newest == .v3_0)
    #expect(decoded.unknownOptions.map { body.text($0) } == ["_pq_.a", "_pq_.b"])
    #expect(
      NegotiateProtocolVersion.encoded(newest: .v3_0, unknownOptions: ["_pq_.a", "_pq_.b"])
        == Packets.message("v", body))
  }

  @Test(
    "a step of authentication is known by its code",
    arguments: [
      ("00000000", .ok), ("00000002", .kerberosV5), ("00000003", .cleartextPassword),
      ("00000005 01020304", .md5Password(salt: 4..<8)), ("00000007", .gss),
      ("00000008 aabb", .gssContinue(4..<6)), ("00000009", .sspi),
      ("0000000a 6100 62630000", .sasl(mechanisms: [4..<5, 6..<8])),
      ("0000000b ff", .saslContinue(4..<5)), ("0000000c", .saslFinal(4..<4)),
      ("00000063 01", .unknown(code: 99)), ("ffffffff", .unknown(code: -1)),
    ] as [(String, AuthenticationRequest)])
  func authentication(body: String, expected: AuthenticationRequest) throws {
    #expect(try AuthenticationRequest.decode(hex(body)) == expected)
  }

  @Test("requests for authentication are written as they are read")
  func writtenAuthentication() {
    #expect(AuthenticationRequest.encodedOK() == hex("52 00000008 00000000"))
    #expect(AuthenticationRequest.encodedCleartextPassword() == hex("52 00000008 00000003"))
    #expect(
      AuthenticationRequest.encodedMD5Password(salt: 0x0102_0304)
        == hex("52 0000000c 00000005 01020304"))
    #expect(
      AuthenticationRequest.encodedSASL(mechanisms: ["a", "b\0c"])
        == hex("52 0000000e 0000000a 6100 626300 00"))
    #expect(AuthenticationRequest.encodedSASLContinue([0xFF]) == hex("52 00000009 0000000b ff"))
    #expect(AuthenticationRequest.encodedSASLFinal([]) == hex("52 00000008 0000000c"))
  }
}
