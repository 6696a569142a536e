import ShardMap
import Telemetry
import Testing
import Wire

@testable import DataPlane

/// A router of this process whose clients come through a proxy, or say so.
@Suite struct ProxyListenerTests {
  static let client = IPv4Endpoint(address: 0xCB00_7107, port: 50123)
  static let origin = ProxyOrigin.ipv4(
    source: client, destination: IPv4Endpoint(address: 0xC000_0201, port: 5432))
  private static let startup = Packets.startup(["user": "u", "database": "acme"])

  /// A router in front of one server, with its listener.
  static func router(
    _ proxy: ProxyAcceptance, server: LoopbackServer, spoken: ListenerProtocol? = nil,
    _ change: @escaping (inout RouterSettings) -> Void = { _ in }
  ) throws -> PoolRouter {
    let map = try PoolsMap(
      pools: [.init(id: "shared")],
      tenants: [.init(id: "acme", pool: "shared"), .init(id: "beta", pool: "shared")],
      serverPort: server.port
    ).compiled()
    return try PoolRouter(map, spoken: spoken) { settings in
      settings.listeners[0].proxy = proxy
      change(&settings)
    }
  }

  static func connection(_ router: PoolRouter) throws -> LoopbackSocket {
    let socket = try LoopbackSocket.make()
    try socket.connect(to: router.port)
    return socket
  }

  /// Waits until a counter has a value: the worker counts before it closes, so this is soon.
  static func expect(_ router: PoolRouter, _ counter: WorkerCounter, is value: UInt64) async {
    let deadline = ContinuousClock.now + .seconds(60)
    while router.router.count(counter) < value, ContinuousClock.now < deadline {
      await Task.yield()
    }
    #expect(router.router.count(counter) == value)
  }

  /// The database that the next session's server is asked for.
  static func database(_ server: LoopbackServer) throws -> String {
    let packet = try server.accept().packet()
    guard case .startup(let startup) = try InitialPacket.decode(packet.span.bytes)?.packet else {
      throw SocketFailure(call: "a start-up packet")
    }
    return String(
      decoding: startup.value("database", in: packet.span.bytes) ?? [], as: UTF8.self)
  }

  @Test("a header is taken off, whole or in single bytes, and the session goes on")
  func takesOff() async throws {
    let server = try LoopbackServer()
    let router = try Self.router(.required, server: server)
    let headers = [
      ProxyHeader.encoded(Self.origin, fields: [.vpcEndpoint("vpce-1")], hasChecksum: true),
      ProxyHeader.encoded(.local), ProxyHeader.encoded(.unknown),
      Array("PROXY TCP4 203.0.113.7 192.0.2.1 50123 5432\r\n".utf8),
    ]
    for header in headers {
      for isCut in [false, true] {
        let socket = try Self.connection(router)
        if isCut {
          for byte in header + Self.startup { try socket.send([byte]) }
        } else {
          try socket.send(header + Self.startup)
        }
        #expect(try Self.database(server) == "acme")
      }
    }
    await Self.expect(router, .proxyHeaders, is: 6)
    await Self.expect(router, .proxyLocal, is: 2)
  }

  @Test("a wrong header ends its own connection, and is counted by what is wrong")
  func wrongHeaders() async throws {
    let server = try LoopbackServer()
    let router = try Self.router(.required, server: server)
    var damaged = ProxyHeader.encoded(Self.origin, hasChecksum: true)
    damaged[17] ^= 1
    let signature = Array(ProxyHeader.encoded(.local).prefix(12))
    let cases: [([UInt8], WorkerCounter)] = [
      (Self.startup, .proxyMissing), (Packets.sslRequest, .proxyMissing),
      (damaged, .proxyWrongChecksum), (signature + [0x20, 0x00, 0xFF, 0xFF], .proxyTooLong),
      (signature + [0x11], .proxyMalformed), (signature + [0x22], .proxyMalformed),
      (signature + [0x21, 0x12], .proxyMalformed), ([0x0D, 0x0A, 0x01], .proxyMalformed),
      (Array("PROXY TCP4 1 2 3 4\r\n".utf8), .proxyMalformed),
    ]
    let neighbour = try Self.connection(router)
    try neighbour.send(ProxyHeader.encoded(Self.origin).dropLast())
    var expected: [WorkerCounter: UInt64] = [:]
    for (bytes, counter) in cases {
      let socket = try Self.connection(router)
      try socket.send(bytes)
      #expect(throws: SocketFailure.self) { try socket.receive(1) }
      expected[counter, default: 0] += 1
      await Self.expect(router, counter, is: expected[counter]!)
    }
    // The one that was in the middle of its own header all the time.
    try neighbour.send(ProxyHeader.encoded(Self.origin).suffix(1) + Self.startup)
    #expect(try Self.database(server) == "acme")
    #expect(router.router.count(.refused) == 0)
  }

  @Test("health checks are answered without a line or a failure: LOCAL, or nothing at all")
  func healthChecks() async throws {
    let server = try LoopbackServer()
    let router = try Self.router(.required, server: server)
    do {
      let check = try Self.connection(router)
      try check.send(ProxyHeader.encoded(.local))
    }
    do { _ = try Self.connection(router) }
    await Self.expect(router, .closed, is: 2)
    await Self.expect(router, .proxyLocal, is: 1)
    #expect(router.router.reports[0].events.take() == nil)
    let faults: [WorkerCounter] = [
      .refused, .proxyMissing, .proxyMalformed, .proxyLate, .acceptFailures,
    ]
    for counter in faults { #expect(router.router.count(counter) == 0) }
  }

  @Test("where headers are off, none is looked for")
  func off() throws {
    let server = try LoopbackServer()
    let router = try Self.router(.off, server: server)
    let socket = try Self.connection(router)
    try socket.send(ProxyHeader.encoded(Self.origin) + Self.startup)
    #expect(try socket.error().sqlState == .protocolViolation)
    #expect(router.router.count(.proxyHeaders) == 0)
  }

  @Test("an optional header counts only from the networks that may send one")
  func optional() throws {
    let server = try LoopbackServer()
    let near = try Self.router(
      .optional(from: [try #require(AddressBlock("127.0.0.0/8"))]), server: server)
    for header in [[], ProxyHeader.encoded(Self.origin)] {
      let socket = try Self.connection(near)
      try socket.send(header + Self.startup)
      #expect(try Self.database(server) == "acme")
    }
    let far = try Self.router(
      .optional(from: [try #require(AddressBlock("192.0.2.0/24"))]), server: server)
    let stranger = try Self.connection(far)
    try stranger.send(ProxyHeader.encoded(Self.origin) + Self.startup)
    #expect(try stranger.error().sqlState == .protocolViolation)
    let plain = try Self.connection(far)
    try plain.send(Self.startup)
    #expect(try Self.database(server) == "acme")
  }

  @Test("refusals are told with the address that the header has")
  func trueAddress() async throws {
    let server = try LoopbackServer()
    let router = try Self.router(.required, server: server)
    let socket = try Self.connection(router)
    try socket.send(
      ProxyHeader.encoded(Self.origin) + Packets.startup(["user": "u", "database": "nobody"]))
    #expect(try socket.error().sqlState == .invalidCatalogName)
    let event = try #require(router.router.reports[0].events.take())
    #expect((event.client?.address).map { "\($0)" } == "203.0.113.7:50123")
  }

  @Test("a VPC endpoint names its tenant, and no other is let in through it")
  func endpoints() throws {
    let server = try LoopbackServer()
    let router = try Self.router(
      .required, server: server,
      spoken: .postgres(identity: [.vpcEndpoint, .option, .database])
    ) { $0.vpcEndpoints = [Array("vpce-a".utf8): Array("acme".utf8)] }
    func begin(_ endpoint: String, _ parameters: KeyValuePairs<String, String>) throws
      -> LoopbackSocket
    {
      let socket = try Self.connection(router)
      try socket.send(
        ProxyHeader.encoded(Self.origin, fields: [.vpcEndpoint(endpoint)])
          + Packets.startup(parameters))
      return socket
    }
    let own = try begin("vpce-a", ["user": "u", "database": "postgres"])
    #expect(try Self.database(server) == "acme")
    // An endpoint that isn't in the table names nobody: the others decide.
    let other = try begin("vpce-b", ["user": "u", "database": "beta"])
    #expect(try Self.database(server) == "beta")
    let stranger = try begin("vpce-a", ["user": "u", "database": "beta"])
    #expect(try stranger.error().sqlState == .invalidAuthorization)
    withExtendedLifetime((own, other)) {}
  }

  @Test("in front of TLS that is passed on, the header comes first and the endpoint has to agree")
  func passthrough() throws {
    let server = try LoopbackServer()
    let router = try Self.router(
      .required, server: server, spoken: .tcp(serverNameSuffix: ".db.localhost")
    ) { $0.vpcEndpoints = [Array("vpce-a".utf8): Array("acme".utf8)] }
    let header = ProxyHeader.encoded(Self.origin, fields: [.vpcEndpoint("vpce-a")])
    let hello = Packets.clientHello("acme.db.localhost")
    let own = try Self.connection(router)
    try own.send(header + hello)
    #expect(try server.accept().receive(hello.count) == hello)
    let stranger = try Self.connection(router)
    try stranger.send(header + Packets.clientHello("beta.db.localhost"))
    // access_denied
    #expect(try stranger.receive(7) == [0x15, 3, 3, 0, 2, 2, 49])
    withExtendedLifetime(own) {}
  }
}
