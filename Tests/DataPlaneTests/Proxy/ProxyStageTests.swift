import RandomNumbers
import ShardMap
import Testing
import Wire

@testable import DataPlane

/// What is awaited before a client's first packet, without a connection.
@Suite struct ProxyStageTests {
  private static let startup = Packets.startup(["user": "u", "database": "acme"])
  private static let local = ProxyHeader.encoded(.local)
  private static let line = Array("PROXY TCP4 192.0.2.1 192.0.2.2 50000 5432\r\n".utf8)

  @Test("bytes decide only where a header is awaited")
  func steps() throws {
    let local = try #require(try ProxyHeader.decode(Self.local.span.bytes))
    let line = try #require(try ProxyHeader.decodeEitherVersion(Self.line.span.bytes))
    let broken = Array(Self.local.prefix(12)) + [0x31]
    let table: [(ProxyStage, [UInt8], ProxyStage.Step)] = [
      (.over, Self.local, .none), (.over, [], .none),
      (.required, [], .wait), (.optional, [], .wait),
      (.required, Self.local + Self.startup, .header(local)),
      (.optional, Self.local + Self.startup, .header(local)),
      (.required, Self.line, .header(line)), (.optional, Self.line, .header(line)),
      (.required, Self.startup, .refuse(.missing)), (.optional, Self.startup, .none),
      (.required, Packets.clientHello("a"), .refuse(.missing)),
      (.optional, Packets.clientHello("a"), .none),
      (.optional, Packets.sslRequest, .none),
      (.required, broken, .refuse(.malformed(.unsupportedVersion(3)))),
      (.optional, broken, .refuse(.malformed(.unsupportedVersion(3)))),
    ]
    for (stage, bytes, step) in table {
      #expect(stage.read(bytes.span.bytes) == step, "\(stage) \(bytes.prefix(16))")
    }
  }

  @Test("a header in any pieces is the same header", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func pieces(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let whole = ProxyHeader.encoded(
      .ipv4(
        source: IPv4Endpoint(address: 0xC000_0201, port: 7),
        destination: IPv4Endpoint(address: 1, port: 2)),
      fields: [.vpcEndpoint("vpce-1"), ProxyField(type: 0x04, value: random.bytes(40))],
      hasChecksum: true)
    for stage in [ProxyStage.required, .optional] {
      for pieces in [Cuts.single(whole), Cuts.random(whole, longest: 20, &random)] {
        var bytes: [UInt8] = []
        for piece in pieces.dropLast() {
          bytes += piece
          #expect(stage.read(bytes.span.bytes) == .wait)
        }
        bytes += pieces.last!
        #expect(
          stage.read(bytes.span.bytes)
            == .header(try #require(try ProxyHeader.decode(bytes.span.bytes))))
      }
    }
  }

  @Test("each fault has its counter, and lateness no line in the log")
  func faults() {
    let table: [(ProxyFault, WorkerCounter, Bool)] = [
      (.missing, .proxyMissing, true), (.late, .proxyLate, false),
      (.malformed(.wrongChecksum), .proxyWrongChecksum, true),
      (.malformed(.tooLong(byteCount: 5000)), .proxyTooLong, true),
      (.malformed(.unknownCommand(2)), .proxyMalformed, true),
      (.malformed(.malformedLine(offset: 6)), .proxyMalformed, true),
    ]
    for (fault, counter, isTold) in table {
      #expect(fault.counter == counter)
      #expect((fault.text != nil) == isTold)
    }
  }

  @Test("an IPv4 address in an IPv6 header is the client's IPv4 address")
  func mapped() {
    let origin = ProxyOrigin.ipv6(
      source: IPv6Endpoint(high: 0, low: 0xFFFF_C000_0201, port: 7),
      destination: IPv6Endpoint(high: 0, low: 1, port: 1))
    #expect(origin.client == SocketAddress(ipv4: 0xC000_0201, port: 7))
    #expect(ProxyOrigin.local.client == nil && ProxyOrigin.unknown.client == nil)
  }
}
