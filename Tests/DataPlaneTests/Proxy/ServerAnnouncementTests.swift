import ShardMap
import Telemetry
import Testing
import Wire

@testable import DataPlane

/// What servers are told of clients.
@Suite struct ServerAnnouncementTests {
  private static func decoded(_ bytes: [UInt8]) throws -> ProxyHeader? {
    try ProxyHeader.decode(bytes.span.bytes)
  }

  /// The header that a connection begins with.
  private static func header(_ socket: LoopbackSocket) throws -> [UInt8] {
    let fixed = try socket.receive(16)
    let count = Int(fixed[14]) << 8 | Int(fixed[15])
    return count == 0 ? fixed : fixed + (try socket.receive(count))
  }

  /// All values that a start-up packet has for a parameter.
  private static func parameter(_ name: String, of packet: [UInt8]) throws -> [String] {
    guard case .startup(let startup) = try InitialPacket.decode(packet.span.bytes)?.packet else {
      throw SocketFailure(call: "a start-up packet")
    }
    return startup.parameters.filter { Array(packet[$0.name]) == Array(name.utf8) }
      .map { String(decoding: packet[$0.value], as: UTF8.self) }
  }

  @Test("the addresses of client and server are told in one family")
  func families() throws {
    let four = "192.0.2.7:50123"
    let six = "[2001:db8::7]:50123"
    let mapped = "::ffff:c000:207"
    let table: [(client: String, server: String, told: String)] = [
      (four, "198.51.100.1:5432", four), (six, "[::1]:5432", six),
      (four, "[::1]:5432", "[\(mapped)]:50123"), (six, "198.51.100.1:5432", six),
      ("[\(mapped)]:50123", "198.51.100.1:5432", four),
    ]
    for (client, server, told) in table {
      let bytes = ServerAnnouncements.ofClient(
        SocketAddress(client), to: try #require(SocketAddress(server)), route: nil)
      let header = try #require(try Self.decoded(bytes))
      let address = try #require(SocketAddress(told))
      // Read back as this router does, an IPv4 address is one again.
      #expect(header.origin.client == address.unmapped, "\(client) to \(server)")
      #expect(header.byteCount == bytes.count)
    }
    let unknown = ServerAnnouncements.ofClient(nil, to: .loopback(1), route: nil)
    #expect(try Self.decoded(unknown)?.origin == .unknown)
  }

  @Test("none is longer than the room that is kept for it")
  func longest() throws {
    let route = ProxyField.route(
      tenant: [UInt8](repeating: 97, count: ProxyRoute.tenantBytes), shardEpoch: .max,
      mapVersion: .max)
    let six = try #require(SocketAddress("[2001:db8::7]:50123"))
    let bytes = ServerAnnouncements.ofClient(six, to: six, route: route)
    #expect(bytes.count == ServerAnnouncements.longest)
  }

  @Test("a name keeps its beginning, and the address is whole")
  func names() throws {
    let four = try #require(SocketAddress("203.0.113.7:5432"))
    let six = try #require(SocketAddress("[2001:db8:1111:2222:3333:4444:5555:6666]:65535"))
    let long = String(repeating: "x", count: 80)
    let table: [(String, SocketAddress, String)] = [
      ("psql", four, "psql@203.0.113.7:5432"), ("", four, "@203.0.113.7:5432"),
      ("a@b", four, "a@b@203.0.113.7:5432"),
      (long, four, String(long.prefix(63 - 17)) + "@203.0.113.7:5432"),
      (long, six, String(long.prefix(63 - 47)) + "@\(six)"),
      // A character of three bytes is kept whole or not at all.
      (
        String(repeating: "€", count: 30), four,
        String(repeating: "€", count: 15) + "@203.0.113.7:5432"
      ),
    ]
    for (name, address, marked) in table {
      #expect(MarkedName.of(Array(name.utf8), at: address) == marked)
      #expect(marked.utf8.count <= MarkedName.longest)
    }
  }

  @Test("client and tenant arrive at the server of a session, before its start-up packet")
  func arrives() throws {
    let server = try LoopbackServer()
    let router = try ProxyListenerTests.router(.required, server: server) {
      $0.servers.announcement = .version2
      $0.servers.applicationName = .clientAddress
    }
    let socket = try ProxyListenerTests.connection(router)
    try socket.send(
      ProxyHeader.encoded(ProxyListenerTests.origin)
        + Packets.startup(["user": "u", "database": "acme", "application_name": "psql"]))
    let accepted = try server.accept()
    let bytes = try Self.header(accepted)
    let header = try #require(try Self.decoded(bytes))
    #expect(header.origin.client.map { "\($0)" } == "203.0.113.7:50123")
    let route = try #require(header.route)
    #expect(Array(bytes[route.tenant]) == Array("acme".utf8))
    #expect(route.shardEpoch == 1 && route.mapVersion == 1)
    let names = try Self.parameter("application_name", of: try accepted.packet())
    #expect(names == ["psql@203.0.113.7:50123"])
  }

  @Test("TLS that is passed on is asked for behind the header")
  func beforeTLS() throws {
    let server = try LoopbackServer()
    let router = try ProxyListenerTests.router(
      .off, server: server, spoken: .tcp(serverNameSuffix: ".db.localhost")
    ) { $0.servers.announcement = .version2 }
    for asks in [false, true] {
      let socket = try ProxyListenerTests.connection(router)
      let hello = Packets.clientHello("acme.db.localhost")
      if asks {
        try socket.send(Packets.sslRequest)
        #expect(try socket.receive(1) == [UInt8(ascii: "S")])
      }
      try socket.send(hello)
      let accepted = try server.accept()
      #expect(try Self.decoded(try Self.header(accepted))?.route != nil)
      if asks {
        #expect(try accepted.receive(8) == Packets.sslRequest)
        try accepted.send([UInt8(ascii: "S")])
      }
      #expect(try accepted.receive(hello.count) == hello)
    }
  }

  @Test("two routers in a row: the second knows the first one's client, and tenant")
  func inARow() throws {
    let server = try LoopbackServer()
    let second = try ProxyListenerTests.router(
      .required, server: server, spoken: .postgres(identity: [.proxy])
    ) { $0.servers.applicationName = .clientAddress }
    let map = try PoolsMap(
      pools: [.init(id: "shared")],
      tenants: [.init(id: "acme", pool: "shared"), .init(id: "gamma", pool: "shared")],
      serverPort: second.port
    ).compiled()
    let first = try PoolRouter(map) {
      $0.listeners[0].proxy = .required
      $0.servers.announcement = .version2
    }
    let socket = try ProxyListenerTests.connection(first)
    try socket.send(
      ProxyHeader.encoded(ProxyListenerTests.origin)
        + Packets.startup(["user": "u", "database": "acme"]))
    let packet = try server.accept().packet()
    #expect(String(decoding: packet, as: UTF8.self).contains("@203.0.113.7:50123"))
    // A tenant that only the first one's map has.
    let other = try ProxyListenerTests.connection(first)
    try other.send(
      ProxyHeader.encoded(ProxyListenerTests.origin)
        + Packets.startup(["user": "u", "database": "gamma"]))
    let error = try other.error()
    #expect(error.sqlState == .invalidCatalogName && error.message.contains("gamma"))
    let client = second.router.reports[0].events.take()?.client
    #expect((client?.address).map { "\($0)" } == "203.0.113.7:50123")
  }

  @Test("connections that sessions share begin with LOCAL")
  func shared() throws {
    let server = try LoopbackServer()
    let router = try ProxyListenerTests.router(.off, server: server) {
      $0.listeners[0].pooling = .transaction
      $0.pooling.authentication = .trust
      $0.servers.announcement = .version2
    }
    let socket = try ProxyListenerTests.connection(router)
    try socket.send(Packets.startup(["user": "u", "database": "acme"]))
    let accepted = try server.accept()
    #expect(try accepted.receive(16) == ProxyHeader.encoded(.local))
    #expect(try Self.parameter("user", of: try accepted.packet()) == ["u"])
  }
}
