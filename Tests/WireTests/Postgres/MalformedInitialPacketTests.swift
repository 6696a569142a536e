import Testing
import TestSupport
import Wire

@Suite("A malformed first packet")
struct MalformedInitialPacketTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let error: StartupPacketError
    /// How many bytes prove it.
    let proof: Int

    init(_ name: String, _ bytes: [UInt8], _ error: StartupPacketError, proof: Int? = nil) {
      self.testDescription = name
      self.bytes = bytes
      self.error = error
      self.proof = proof ?? bytes.count
    }
  }

  static let lengths: [Case] = [
    Case("length 0", hex("00000000 00030000"), .lengthOutOfRange(0), proof: 4),
    Case("length 7", hex("00000007 00030000"), .lengthOutOfRange(7), proof: 4),
    Case("negative length", hex("ffffffff 00030000"), .lengthOutOfRange(-1), proof: 4),
    Case("smallest length", hex("80000000"), .lengthOutOfRange(.min), proof: 4),
    Case("largest length", hex("7fffffff"), .lengthOutOfRange(.max), proof: 4),
    Case("one over the limit", hex("00002711 00030000"), .lengthOutOfRange(10_001), proof: 4),
    Case("a TLS hello", hex("16030102 00010001"), .lengthOutOfRange(0x1603_0102), proof: 4),
    Case("an HTTP request", .init(text: "GET / HTTP"), .lengthOutOfRange(0x4745_5420), proof: 4),
    Case("a long SSLRequest", hex("00000009 04d2162f 00"), .encryptionRequestLength(9), proof: 8),
    Case(
      "a long GSSENCRequest", hex("0000000c 04d21630 00000000"), .encryptionRequestLength(12),
      proof: 8),
    Case(
      "a cancel request without key", hex("0000000c 04d2162e 00000001"), .cancelKeyLength(0),
      proof: 8),
    Case(
      "a cancel request too short for a process id", hex("00000008 04d2162e"),
      .cancelKeyLength(-4), proof: 8),
    Case(
      "a key of 3 bytes", Packets.cancelRequest(processID: 1, key: [1, 2, 3]),
      .cancelKeyLength(3), proof: 8),
    Case(
      "a key of 257 bytes",
      Packets.cancelRequest(processID: 1, key: .init(repeating: 1, count: 257)),
      .cancelKeyLength(257), proof: 8),
  ]

  static let versions: [Case] = [
    Case(
      "protocol 2", hex("00000009 00020000 00"),
      .unsupportedProtocol(ProtocolVersion(major: 2, minor: 0)), proof: 8),
    Case(
      "protocol 4", hex("00000009 00040000 00"),
      .unsupportedProtocol(ProtocolVersion(major: 4, minor: 0)), proof: 8),
    Case(
      "protocol 0", hex("00000009 00000000 00"),
      .unsupportedProtocol(ProtocolVersion(major: 0, minor: 0)), proof: 8),
    Case(
      "an unknown request code", hex("00000008 04d21631"),
      .unsupportedProtocol(ProtocolVersion(major: 1234, minor: 5681)), proof: 8),
  ]

  static let contents: [Case] = [
    Case("no list", Packets.startup(content: []), .misplacedTerminator(offset: 8)),
    Case(
      "no terminator behind the list", Packets.startup(content: Packets.text("user") + [97, 0]),
      .misplacedTerminator(offset: 15)),
    Case(
      "a name without end", Packets.startup(content: .init(text: "user")),
      .unterminatedText(offset: 8)),
    Case(
      "a value without end", Packets.startup(content: Packets.text("user") + [97, 98]),
      .unterminatedText(offset: 13)),
    Case(
      "a name without value", Packets.startup(content: Packets.text("user")),
      .unterminatedText(offset: 13)),
    Case(
      "an odd count of texts",
      Packets.startup(
        content: Packets.text("user") + Packets.text("a") + Packets.text("database")
          + [0]), .misplacedTerminator(offset: 25)),
    Case(
      "bytes behind the list", Packets.startup(content: Packets.text("user") + [97, 0, 0, 0]),
      .misplacedTerminator(offset: 15)),
    Case(
      "a second list", Packets.startup(content: [0] + Packets.text("user") + [97, 0, 0]),
      .misplacedTerminator(offset: 8)),
    Case(
      "the same name twice", Packets.startup(["user": "a", "database": "b", "user": "a"]),
      .duplicateParameter(offset: 26)),
    Case(
      "garbage without zero bytes", Packets.startup(content: .init(repeating: 0xff, count: 99)),
      .unterminatedText(offset: 8)),
    Case(
      "a parameter too many",
      Packets.startup(content: (0...64).flatMap { Packets.text("p\($0)") + [0] } + [0]),
      .tooManyParameters),
    Case(
      "nothing but parameters of two bytes",
      Packets.startup(content: (0..<4_000).flatMap { _ in [97, 0, 0] as [UInt8] } + [0]),
      .lengthOutOfRange(12_009), proof: 4),
  ]

  @Test("is refused with what is wrong", arguments: lengths + versions + contents)
  func refused(_ malformed: Case) {
    #expect(throws: malformed.error) { try InitialPacket.decode(malformed.bytes) }
    #expect(!malformed.error.description.isEmpty)
  }

  @Test(
    "is refused by the byte that proves it, not later", arguments: lengths + versions + contents)
  func refusedEarly(_ malformed: Case) throws {
    for count in 0..<malformed.proof {
      let prefix = Array(malformed.bytes.prefix(count))
      #expect(try InitialPacket.decode(prefix) == nil, "after \(count) bytes")
    }
    #expect(throws: malformed.error) {
      try InitialPacket.decode(Array(malformed.bytes.prefix(malformed.proof)))
    }
  }
}
