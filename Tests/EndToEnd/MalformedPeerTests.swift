import LocalFleet
import Testing
import Wire

/// Peers that don't speak the protocol get an error or the door, and disturb nobody.
@Suite struct MalformedPeerTests {
  /// First packets that are no start-up packet.
  static let packets: [(name: String, bytes: [UInt8])] = [
    ("length below its own size", [0, 0, 0, 3]),
    ("length over the limit", [0, 0, 0x27, 0x11, 0, 3, 0, 0]),
    ("length of 2 GiB", [0x7f, 0xff, 0xff, 0xff]),
    ("negative length", [0xff, 0xff, 0xff, 0xff]),
    ("HTTP", Array("GET / HTTP/1.1\r\n\r\n".utf8)),
    ("no end of parameters", [0, 0, 0, 13, 0, 3, 0, 0] + Array("user".utf8) + [0]),
    ("protocol 9.0", [0, 0, 0, 9, 0, 9, 0, 0, 0]),
  ]

  @Test(arguments: packets.map(\.name))
  func `a malformed first packet ends its own session only`(name: String) async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let neighbour = try PsqlSession(router.conninfo(to: fleet.tenants[0]), in: fleet)
    #expect(try await neighbour.query("SELECT 1") == "1")
    let packet = try #require(Self.packets.first { $0.name == name }?.bytes)
    let client = try WireClient(port: router.postgresPort)
    try client.send(packet)
    let error = try await client.error()
    #expect([.protocolViolation, .featureNotSupported].contains(error.sqlState))
    #expect(try await client.message() == nil)
    #expect(try await neighbour.query("SELECT 2") == "2")
  }

  @Test func `a client that says nothing is let go after the login timeout`() async throws {
    var options = World.routerOptions(workers: 1)
    options.sections["timeouts"] = "{ login: 300ms, connect: 5s, idle: 0s }"
    try await withRouter(options, name: "router-impatient") { _, router in
      let start = ContinuousClock.now
      let client = try WireClient(port: router.postgresPort)
      // With or without an error first: what counts is that the connection ends while the client has patience.
      while try await client.message() != nil {}
      #expect(start.duration(to: .now) > .milliseconds(200))
    }
  }

  @Test func `a start-up packet in single bytes is understood`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let client = try WireClient(port: router.postgresPort)
    let body = Array("user\0app\0database\0\(fleet.tenants[0].id)\0\0".utf8)
    let packet = WireClient.bigEndian(UInt32(body.count + 8)) + [0, 3, 0, 0] + body
    for byte in packet { try client.send([byte]) }
    #expect(try await client.messages(upTo: "Z").contains { $0.type == "K" })
  }
}
