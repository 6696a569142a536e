import Testing
import Wire

/// The private field that one router tells the next by.
@Suite struct ProxyRouteTests {
  private static let origin = ProxyOrigin.ipv4(
    source: IPv4Endpoint(address: 1, port: 2), destination: IPv4Endpoint(address: 3, port: 4))

  private static func decoded(_ fields: [ProxyField]) throws(ProxyHeaderError) -> (
    ProxyHeader?, [UInt8]
  ) {
    let bytes = ProxyHeader.encoded(origin, fields: fields, hasChecksum: true)
    return (try ProxyHeader.decode(bytes.span.bytes), bytes)
  }

  @Test("what a router tells is read back by the next")
  func readBack() throws {
    for tenant in ["a", "acme", String(repeating: "t", count: 64)] {
      let field = ProxyField.route(
        tenant: Array(tenant.utf8), shardEpoch: 0x0102_0304_0506_0708, mapVersion: .max)
      let (header, bytes) = try Self.decoded([field])
      let route = try #require(header?.route)
      #expect(route.shardEpoch == 0x0102_0304_0506_0708 && route.mapVersion == .max)
      #expect(bytes.text(route.tenant) == tenant)
    }
  }

  @Test("another program's field of the same type is passed over")
  func foreign() throws {
    for value in ["", "SW", "XY1", "SW\u{2}and more than nineteen bytes"] {
      let (header, _) = try Self.decoded([ProxyField(type: 0xE0, value: Array(value.utf8))])
      #expect(header != nil && header?.route == nil)
    }
  }

  @Test("a marked field that is laid out in another way is refused")
  func malformed() {
    let mark: [UInt8] = [0x53, 0x57, 1]
    let numbers = [UInt8](repeating: 0, count: 16)
    for value in [mark, mark + numbers, mark + numbers + [UInt8](repeating: 97, count: 65)] {
      #expect(throws: ProxyHeaderError.malformedField(offset: 28)) {
        try Self.decoded([ProxyField(type: 0xE0, value: value)])
      }
    }
    let good = ProxyField(type: 0xE0, value: mark + numbers + [97])
    #expect(throws: ProxyHeaderError.duplicateField(offset: 28 + 3 + 20)) {
      try Self.decoded([good, good])
    }
  }
}
