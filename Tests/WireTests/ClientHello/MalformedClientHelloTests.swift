import Testing
import TestSupport
import Wire

@Suite("A malformed TLS hello")
struct MalformedClientHelloTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let error: ClientHelloError
    /// How many bytes prove it.
    let proof: Int

    init(_ name: String, _ bytes: [UInt8], _ error: ClientHelloError, proof: Int? = nil) {
      self.testDescription = name
      self.bytes = bytes
      self.error = error
      self.proof = proof ?? bytes.count
    }

    /// A hello that is wrong in one field.
    init(_ name: String, _ hello: HelloBuilder, _ error: ClientHelloError) {
      self.init(name, hello.flight, error)
    }
  }

  static let good = HelloBuilder.named("acme").handshake

  static let records: [Case] = [
    Case("application data", hex("17"), .notHandshake(contentType: 23, offset: 0), proof: 1),
    Case("a startup packet", hex("00"), .notHandshake(contentType: 0, offset: 0), proof: 1),
    Case("SSL 2", hex("16 02"), .unsupportedVersion(major: 2), proof: 2),
    Case(
      "an empty record", HelloBuilder.record([]), .recordLengthOutOfRange(0, offset: 0), proof: 5),
    Case(
      "an empty record in between", HelloBuilder.record([1]) + HelloBuilder.record([]),
      .recordLengthOutOfRange(0, offset: 6), proof: 11),
    Case(
      "a record too long", hex("16 0301 4001"), .recordLengthOutOfRange(16_385, offset: 0),
      proof: 5),
    Case(
      "another content type in between",
      HelloBuilder.record(Array(good.prefix(10))) + HelloBuilder.record(type: 21, [1, 0]),
      .notHandshake(contentType: 21, offset: 15), proof: 16),
    Case("a ServerHello", HelloBuilder.record([2]), .notClientHello(handshakeType: 2), proof: 6),
    Case(
      "a length of 16 MiB", HelloBuilder.record(hex("01ffffff")), .helloTooLong(0x1_0000_03),
      proof: 9),
    Case(
      "a length one over the limit", HelloBuilder.record(hex("01003ffd")), .helloTooLong(16_385),
      proof: 9),
    Case(
      "a length over the limit, cut by records",
      HelloBuilder.records(hex("01ffffff"), cutAfter: [1, 1, 1]), .helloTooLong(0x1_0000_03),
      proof: 24),
    Case(
      "records of one byte without end",
      HelloBuilder.records(
        HelloBuilder.named("acme.db").handshake, cutAfter: .init(repeating: 1, count: 65)),
      .tooManyRecords, proof: 64 * 6),
    Case(
      "a second message in the same record", HelloBuilder.record(good + hex("10000000")),
      .trailingBytes, proof: 9),
  ]

  static let fields: [Case] = [
    Case("no version", HelloBuilder.record(hex("01000000")), .malformed(.random)),
    Case("another version", HelloBuilder(version: hex("0203")), .unsupportedVersion(major: 2)),
    Case(
      "a random number too short", HelloBuilder.record(hex("01000003 030300")),
      .malformed(.random)),
    Case(
      "a session id too long", HelloBuilder(sessionID: .init(repeating: 1, count: 33)),
      .malformed(.sessionID)),
    Case("no cipher suite", HelloBuilder(cipherSuites: []), .malformed(.cipherSuites)),
    Case("half a cipher suite", HelloBuilder(cipherSuites: [1, 2, 3]), .malformed(.cipherSuites)),
    Case(
      "no compression method", HelloBuilder(compressionMethods: []),
      .malformed(.compressionMethods)),
    Case(
      "bytes behind the extensions",
      HelloBuilder.record(HelloBuilder.handshake(type: 1, good.dropFirst(4) + [0])),
      .malformed(.extensions)),
    Case(
      "an extension without length", HelloBuilder(extensions: [hex("0000 00")]),
      .malformed(.extensions)),
    Case(
      "an extension that leaves the list", HelloBuilder(extensions: [hex("0000 0001")]),
      .malformed(.extensions)),
  ]

  static func named(_ body: [UInt8]) -> HelloBuilder {
    HelloBuilder(extensions: [HelloBuilder.extensionOf(type: 0, body)])
  }

  static func offering(_ body: [UInt8]) -> HelloBuilder {
    HelloBuilder(extensions: [HelloBuilder.extensionOf(type: 16, body)])
  }

  static let extensions: [Case] = [
    Case("a name without list", named([]), .malformed(.serverName)),
    Case("an empty list of names", named(hex("0000")), .malformed(.serverName)),
    Case(
      "a list of names that leaves the extension", named(hex("0005 00 0001 61")),
      .malformed(.serverName)),
    Case(
      "bytes behind the list of names", named(hex("0004 00 0001 61 00")),
      .malformed(.serverName)),
    Case("a name that leaves its list", named(hex("0004 00 0002 61")), .malformed(.serverName)),
    Case("two names", named(hex("0008 00 0001 61 00 0001 62")), .malformed(.serverName)),
    Case(
      "a name of another type",
      HelloBuilder(extensions: [HelloBuilder.serverName(type: 1, [97])]),
      .unsupportedServerNameType(1)),
    Case("an empty name", HelloBuilder.named(""), .invalidServerName),
    Case(
      "a name too long", HelloBuilder.named(.init(repeating: "a", count: 256)),
      .invalidServerName),
    Case("a name with a zero byte", HelloBuilder.named("acme\0.evil"), .invalidServerName),
    Case("a name with a space", HelloBuilder.named("a b"), .invalidServerName),
    Case("a name outside of ASCII", HelloBuilder.named("é"), .invalidServerName),
    Case(
      "two name extensions",
      HelloBuilder(extensions: [
        HelloBuilder.serverName([97]), HelloBuilder.serverName([97]),
      ]), .duplicateExtension(.serverName)),
    Case("an empty list of protocols", offering(hex("0000")), .malformed(.applicationProtocols)),
    Case("an empty protocol", offering(hex("0001 00")), .malformed(.applicationProtocols)),
    Case(
      "a protocol that leaves its list", offering(hex("0002 02 61")),
      .malformed(.applicationProtocols)),
    Case(
      "more protocols than are taken",
      offering(vector16((0..<65).flatMap { _ in [1, 97] as [UInt8] })),
      .malformed(.applicationProtocols)),
    Case(
      "two protocol extensions",
      HelloBuilder(extensions: [
        HelloBuilder.applicationProtocols(["a"]), HelloBuilder.applicationProtocols(["a"]),
      ]), .duplicateExtension(.applicationProtocols)),
  ]

  @Test("is refused with what is wrong", arguments: records + fields + extensions)
  func refused(_ malformed: Case) {
    #expect(throws: malformed.error) { try ClientHelloTests.decode(malformed.bytes) }
    #expect(!malformed.error.description.isEmpty)
  }

  @Test(
    "is refused by the byte that proves it, not later", arguments: records + fields + extensions)
  func refusedEarly(_ malformed: Case) throws {
    for count in 0..<malformed.proof {
      let prefix = Array(malformed.bytes.prefix(count))
      #expect(try ClientHello.decode(prefix) == nil, "after \(count) bytes")
    }
    #expect(throws: malformed.error) {
      try ClientHello.decode(Array(malformed.bytes.prefix(malformed.proof)))
    }
  }
}
