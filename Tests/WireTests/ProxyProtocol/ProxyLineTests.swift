import RandomNumbers
import Testing
import TestSupport
import Wire

/// PROXY headers of version 1, by hand.
@Suite struct ProxyLineTests {
  private static func decoded(_ text: String) throws(ProxyHeaderError) -> ProxyHeader? {
    try decoded(Array(text.utf8))
  }

  private static func decoded(_ bytes: [UInt8]) throws(ProxyHeaderError) -> ProxyHeader? {
    try ProxyHeader.decodeEitherVersion(bytes.span.bytes)
  }

  private static func ipv6(_ high: UInt64, _ low: UInt64, _ port: UInt16) -> ProxyOrigin {
    .ipv6(
      source: IPv6Endpoint(high: high, low: low, port: port),
      destination: IPv6Endpoint(high: 0, low: 1, port: 5432))
  }

  @Test("lines are read, and what follows them is left")
  func reads() throws {
    let ipv4 = ProxyOrigin.ipv4(
      source: IPv4Endpoint(address: 0xC000_0201, port: 65535),
      destination: IPv4Endpoint(address: 0xFFFF_FFFF, port: 0))
    let cases: [(String, ProxyOrigin)] = [
      ("PROXY TCP4 192.0.2.1 255.255.255.255 65535 0\r\n", ipv4),
      ("PROXY TCP6 2001:db8::1 ::1 7 5432\r\n", Self.ipv6(0x2001_0db8_0000_0000, 1, 7)),
      ("PROXY TCP6 :: ::1 7 5432\r\n", Self.ipv6(0, 0, 7)),
      (
        "PROXY TCP6 1:2:3:4:5:6:7:8 ::1 7 5432\r\n",
        Self.ipv6(0x1_0002_0003_0004, 0x5_0006_0007_0008, 7)
      ),
      ("PROXY TCP6 1:: ::1 7 5432\r\n", Self.ipv6(0x1_0000_0000_0000, 0, 7)),
      ("PROXY TCP6 ::ffff:192.0.2.1 ::1 7 5432\r\n", Self.ipv6(0, 0xFFFF_C000_0201, 7)),
      ("PROXY TCP6 ABCD::ef01 ::1 7 5432\r\n", Self.ipv6(0xABCD_0000_0000_0000, 0xEF01, 7)),
      ("PROXY UNKNOWN\r\n", .unknown),
      ("PROXY UNKNOWN whatever  comes here\r\n", .unknown),
    ]
    for (text, origin) in cases {
      let header = try #require(try Self.decoded(text + "what follows"), "\(text)")
      #expect(header.origin == origin, "\(text)")
      #expect(header.byteCount == text.utf8.count)
      for count in 0..<text.utf8.count {
        let cut = try Self.decoded(Array(text.utf8.prefix(count)))
        #expect(cut == nil, "\(text) cut at \(count)")
      }
    }
  }

  @Test("what is malformed is refused with the byte that shows it")
  func refuses() {
    let long = "PROXY UNKNOWN " + String(repeating: "x", count: 107)
    let cases: [(String, ProxyHeaderError)] = [
      ("PRoXY TCP4", .notProxyHeader(offset: 2)),
      ("PROXY\r\n", .notProxyHeader(offset: 5)),
      ("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n", .malformedLine(offset: 6)),
      ("PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n", .malformedLine(offset: 6)),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3.4.5 1.2.3.4 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2.3.04 1.2.3.4 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 1.2..4 1.2.3.4 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP4 ::1 ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 1.2.3.4 ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 1::2::3 ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 :1 ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 1: ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 1:2:3:4:5:6:7:8:: ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 12345::1 ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6 g::1 ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY TCP6  ::1 1 2\r\n", .malformedLine(offset: 11)),
      ("PROXY UNKNOWN\n", .malformedLine(offset: 13)),
      ("PROXY UNKNOWN\rx", .malformedLine(offset: 13)),
      ("PROXY UNKNOWN\0", .malformedLine(offset: 13)),
      (long, .tooLong(byteCount: 107)),
      (String(long.prefix(106)) + "\r\n", .tooLong(byteCount: 107)),
    ]
    for (text, error) in cases {
      #expect(throws: error, "\(text)") { try Self.decoded(text) }
    }
  }

  @Test("the longest line is taken")
  func longest() throws {
    let text = "PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n"
    #expect(try Self.decoded(text)?.byteCount == 107)
  }

  @Test("the first byte tells the version")
  func versions() throws {
    let binary = ProxyHeader.encoded(.local)
    #expect(try ProxyHeader.decodeEitherVersion(binary.span.bytes)?.origin == .local)
    for byte in UInt8.min...UInt8.max {
      let isFirst = byte == binary[0] || byte == UInt8(ascii: "P")
      #expect(ProxyHeader.canBegin(with: byte) == isFirst)
      guard !isFirst else { continue }
      #expect(throws: ProxyHeaderError.notProxyHeader(offset: 0)) {
        try ProxyHeader.decodeEitherVersion([byte].span.bytes)
      }
    }
  }

  @Test("damaged lines get one verdict, however they arrive")
  func verdicts() {
    let lines = [
      "PROXY TCP4 192.0.2.1 192.0.2.2 50000 5432\r\n", "PROXY UNKNOWN x\r\n",
      "PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 50000 5432\r\n",
    ].map { Array($0.utf8) }
    var mutator = Mutator(seed: 23)
    var random = SplitMix64(seed: 24)
    var tally = MutationTests.Tally()
    for round in 0..<MutationTests.rounds {
      let bytes = mutator.mutate(lines[round % lines.count])
      let whole = verdict(
        on: bytes, arriving: [bytes.count], decode: ProxyHeader.decodeEitherVersion)
      tally.count(whole)
      for cut in Cut.allCases {
        let arrivals = cut.arrivals(of: bytes.count, using: &random)
        let other = verdict(on: bytes, arriving: arrivals, decode: ProxyHeader.decodeEitherVersion)
        #expect(other == whole)
      }
    }
    tally.expectVariety()
  }
}
