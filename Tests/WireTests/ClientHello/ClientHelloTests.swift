import RandomNumbers
import Testing
import TestSupport
import Wire

@Suite("A TLS hello")
struct ClientHelloTests {
  static func decode(_ flight: [UInt8]) throws(ClientHelloError) -> ClientHelloInfo? {
    try ClientHello.decode(flight)
  }

  static func name(_ info: ClientHelloInfo?) -> String? {
    info?.serverName.map { String(decoding: $0, as: UTF8.self) }
  }

  static func protocols(_ info: ClientHelloInfo?) -> [String]? {
    info?.applicationProtocols.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "of a real client is understood",
    arguments: [
      (CapturedHellos.opensslWithNameAndProtocol, "acme.db.localhost", ["postgresql"]),
      (CapturedHellos.psql, "localhost", []),
      (CapturedHellos.opensslWithoutName, nil, []),
    ] as [([UInt8], String?, [String])])
  func captured(flight: [UInt8], name: String?, protocols: [String]) throws {
    let info = try #require(try Self.decode(flight))
    #expect(Self.name(info) == name)
    #expect(Self.protocols(info) == protocols)
    #expect(info.byteCount == flight.count)
    #expect(flight.first == ClientHello.firstByte)
  }

  @Test("is understood however its bytes are cut into arrivals", arguments: Cut.allCases)
  func arrivals(cut: Cut) {
    for seed in 0..<40 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let flight = CapturedHellos.opensslWithNameAndProtocol
      let arrivals = cut.arrivals(of: flight.count, using: &random)
      let verdict = verdict(on: flight, arriving: arrivals, decode: ClientHello.decode)
      guard case .decoded(let info) = verdict else {
        Issue.record("\(verdict)")
        continue
      }
      #expect(Self.name(info) == "acme.db.localhost")
    }
  }

  @Test("is understood however its handshake is cut into records")
  func records() throws {
    let handshake = Array(CapturedHellos.opensslWithNameAndProtocol.dropFirst(5))
    var random = SplitMix64(seed: 11)
    for first in 1...8 {
      for _ in 0..<20 {
        let more = (0..<Int.random(in: 0...5, using: &random)).map { _ in
          Int.random(in: 1...40, using: &random)
        }
        let flight = HelloBuilder.records(handshake, cutAfter: [first] + more)
        let info = try #require(try Self.decode(flight))
        #expect(Self.name(info) == "acme.db.localhost")
        #expect(info.byteCount == flight.count)
        let slowly = verdict(
          on: flight, arriving: Array(0...flight.count), decode: ClientHello.decode)
        #expect(slowly == .decoded(info))
      }
    }
  }

  @Test("may be followed by other records")
  func followed() throws {
    let flight = HelloBuilder.named("a").flight
    let info = try Self.decode(flight + HelloBuilder.record(type: 23, [1, 2, 3]))
    #expect(info?.byteCount == flight.count)
  }

  @Test("may have no extensions at all")
  func withoutExtensions() throws {
    let info = try #require(try Self.decode(HelloBuilder(extensions: nil).flight))
    #expect(info.serverName == nil)
    #expect(info.applicationProtocols.isEmpty)
  }

  @Test("may hold what no server knows (GREASE, RFC 8701)")
  func grease() throws {
    let hello = HelloBuilder(
      cipherSuites: hex("0a0a 1301"),
      extensions: [
        HelloBuilder.extensionOf(type: 0x1A1A, []),
        HelloBuilder.applicationProtocols(["\u{3a}\u{3a}", "postgresql"]),
        HelloBuilder.serverName(.init(text: "ACME_1.db")),
        HelloBuilder.extensionOf(type: 0xFAFA, [0]),
      ])
    let info = try Self.decode(hello.flight)
    #expect(Self.name(info) == "acme_1.db")
    #expect(Self.protocols(info) == ["::", "postgresql"])
  }

  @Test("as long as may be is understood, in one record and in as many as may be")
  func longest() throws {
    let empty = HelloBuilder(extensions: [HelloBuilder.extensionOf(type: 21, [])])
    let room = ClientHelloLimits.handshakeBytes - empty.handshake.count
    let padding = HelloBuilder.extensionOf(type: 21, .init(repeating: 0, count: room))
    let handshake = HelloBuilder(extensions: [padding]).handshake
    #expect(handshake.count == ClientHelloLimits.handshakeBytes)
    #expect(try Self.decode(HelloBuilder.record(handshake)) != nil)
    let counts = [Int](repeating: 256, count: ClientHelloLimits.records - 1)
    let flight = HelloBuilder.records(handshake, cutAfter: counts)
    #expect(flight.count == ClientHelloLimits.maximumBytes)
    #expect(try Self.decode(flight)?.byteCount == flight.count)
  }
}
