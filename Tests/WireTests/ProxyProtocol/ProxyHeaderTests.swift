import RandomNumbers
import Testing
import TestSupport
import Wire

/// PROXY headers built by hand, and by the module itself.
@Suite struct ProxyHeaderTests {
  static let signature = hex("0d0a0d0a 000d0a51 5549540a")
  static let ipv4 = ProxyOrigin.ipv4(
    source: IPv4Endpoint(address: 0xC000_0201, port: 0x8235),
    destination: IPv4Endpoint(address: 0xC633_6402, port: 5432))
  static let ipv6 = ProxyOrigin.ipv6(
    source: IPv6Endpoint(high: 0x2001_0db8_0000_0000, low: 1, port: 1025),
    destination: IPv6Endpoint(high: 0x2001_0db8_0000_0001, low: 0xFFFF, port: 5432))
  /// Twelve bytes of addresses and ports.
  static let ipv4Addresses = hex("c0000201 c6336402 8235 1538")

  /// A header by hand.
  static func header(_ command: String, _ family: String, _ rest: [UInt8]) -> [UInt8] {
    signature + hex(command) + hex(family) + bigEndian(rest.count, bytes: 2) + rest
  }

  static func field(_ type: String, _ value: [UInt8]) -> [UInt8] {
    hex(type) + bigEndian(value.count, bytes: 2) + value
  }

  private static func decoded(_ bytes: [UInt8]) throws(ProxyHeaderError) -> ProxyHeader? {
    try ProxyHeader.decode(bytes.span.bytes)
  }

  @Test func `headers by hand are read`() throws {
    let unix = [UInt8](repeating: UInt8(ascii: "s"), count: 216)
    let cases: [([UInt8], ProxyOrigin)] = [
      (Self.header("21", "11", Self.ipv4Addresses), Self.ipv4),
      (
        Self.header(
          "21", "21",
          hex("20010db8 00000000 00000000 00000001 20010db8 00000001 00000000 0000ffff 0401 1538")),
        Self.ipv6
      ),
      (Self.header("20", "00", []), .local),
      (Self.header("20", "11", Self.ipv4Addresses), .local),
      (Self.header("20", "21", hex("ff")), .local),
      (Self.header("21", "00", []), .unknown),
      (Self.header("21", "00", hex("ea ffff")), .unknown),
      (Self.header("21", "31", unix), .unknown),
      (Self.header("21", "11", Self.ipv4Addresses + Self.field("04", [0, 0, 0])), Self.ipv4),
    ]
    for (bytes, origin) in cases {
      let header = try #require(try Self.decoded(bytes + [UInt8](text: "what follows")))
      #expect(header.origin == origin)
      #expect(header.byteCount == bytes.count)
      #expect(header.vpcEndpoint == nil && header.authority == nil)
    }
  }

  @Test func `what was written is read back`() throws {
    let fields = [
      ProxyField.authority("acme.db.localhost"), ProxyField(type: 0x04, value: [0, 0]),
      .vpcEndpoint("vpce-08d2bf15fac5001c9"), ProxyField(type: 0xEA, value: [2, 1]),
    ]
    for origin in [Self.ipv4, Self.ipv6] {
      for hasChecksum in [false, true] {
        let bytes = ProxyHeader.encoded(origin, fields: fields, hasChecksum: hasChecksum)
        let header = try #require(try Self.decoded(bytes))
        #expect(header.origin == origin)
        #expect(header.byteCount == bytes.count)
        #expect(header.vpcEndpoint.map(bytes.text) == "vpce-08d2bf15fac5001c9")
        #expect(header.authority.map(bytes.text) == "acme.db.localhost")
      }
    }
    #expect(ProxyHeader.encoded(Self.ipv4) == Self.header("21", "11", Self.ipv4Addresses))
    #expect(ProxyHeader.encoded(.local) == Self.header("20", "00", []))
    #expect(ProxyHeader.encoded(.unknown) == Self.header("21", "00", []))
  }

  /// The checksum of this header was computed elsewhere, by a table.
  @Test func `a checksum is checked`() throws {
    let bytes = ProxyHeader.encoded(Self.ipv4, hasChecksum: true)
    #expect(Array(bytes.suffix(4)) == hex("c31952bd"))
    for place in 16..<28 {
      var damaged = bytes
      damaged[place] ^= 0x10
      #expect(throws: ProxyHeaderError.wrongChecksum) { try Self.decoded(damaged) }
    }
  }

  @Test func `what is wrong is refused with the byte that shows it`() {
    let addresses = Self.ipv4Addresses
    let cases: [([UInt8], ProxyHeaderError)] = [
      (Packets.sslRequest, .notProxyHeader(offset: 0)),
      ([UInt8](text: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"), .notProxyHeader(offset: 0)),
      (hex("0d0a0d0a 01"), .notProxyHeader(offset: 4)),
      (Self.signature + hex("11"), .unsupportedVersion(1)),
      (Self.signature + hex("30"), .unsupportedVersion(3)),
      (Self.signature + hex("22"), .unknownCommand(2)),
      (Self.signature + hex("21 12"), .unsupportedFamily(0x12)),
      (Self.signature + hex("21 41"), .unsupportedFamily(0x41)),
      (Self.signature + hex("20 01"), .unsupportedFamily(0x01)),
      (
        Self.header("21", "11", Array(addresses.dropLast())), .tooShort(family: 0x11, byteCount: 11)
      ),
      (Self.header("21", "21", addresses), .tooShort(family: 0x21, byteCount: 12)),
      (Self.signature + hex("21 11 0ff1"), .tooLong(byteCount: 16 + 0x0ff1)),
      (Self.signature + hex("20 00 ffff"), .tooLong(byteCount: 16 + 0xffff)),
      (Self.header("21", "11", addresses + hex("ea")), .malformedField(offset: 28)),
      (Self.header("21", "11", addresses + hex("ea 0001")), .malformedField(offset: 28)),
      (Self.header("21", "11", addresses + hex("04 0000 ea 0000")), .malformedField(offset: 31)),
      (Self.header("21", "11", addresses + hex("03 0003 000000")), .malformedField(offset: 28)),
      (
        Self.header("21", "11", addresses + Self.field("02", [97]) + Self.field("02", [97])),
        .duplicateField(offset: 32)
      ),
      (
        Self.header("21", "11", addresses + Self.field("ea", [1]) + Self.field("ea", [1, 97])),
        .duplicateField(offset: 32)
      ),
      (Self.header("21", "11", addresses + hex("03 0004 00000000")), .wrongChecksum),
    ]
    for (bytes, error) in cases {
      #expect(throws: error) { try Self.decoded(bytes) }
    }
  }

  @Test func `the longest header is taken`() throws {
    let room = ProxyProtocolLimits.headerBytes - 28 - 3
    let bytes = ProxyHeader.encoded(
      Self.ipv4, fields: [ProxyField(type: 0x04, value: .init(repeating: 0, count: room))])
    #expect(try Self.decoded(bytes)?.byteCount == ProxyProtocolLimits.headerBytes)
  }

  @Test func `damaged headers get one verdict, however they arrive`() {
    let headers = [
      ProxyHeader.encoded(Self.ipv4), ProxyHeader.encoded(.local),
      ProxyHeader.encoded(Self.ipv6, fields: [.vpcEndpoint("vpce-1")], hasChecksum: true),
      ProxyHeader.encoded(Self.ipv4, fields: [.authority("a"), .vpcEndpoint("v")]),
    ]
    var mutator = Mutator(seed: 21)
    var random = SplitMix64(seed: 22)
    var tally = MutationTests.Tally()
    for round in 0..<MutationTests.rounds {
      let bytes = mutator.mutate(headers[round % headers.count])
      let whole = verdict(on: bytes, arriving: [bytes.count], decode: ProxyHeader.decode)
      tally.count(whole)
      for cut in Cut.allCases {
        let arrivals = cut.arrivals(of: bytes.count, using: &random)
        #expect(verdict(on: bytes, arriving: arrivals, decode: ProxyHeader.decode) == whole)
      }
    }
    tally.expectVariety()
  }

  @Test func `endpoints read as people write them`() {
    #expect("\(IPv4Endpoint(address: 0xC000_0201, port: 80))" == "192.0.2.1:80")
    let endpoint = IPv6Endpoint(high: 0x2001_0db8_0000_0000, low: 1, port: 5432)
    #expect("\(endpoint)" == "[2001:db8:0:0:0:0:0:1]:5432")
  }
}
