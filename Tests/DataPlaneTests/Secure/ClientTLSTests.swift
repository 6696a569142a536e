import Glibc
import RandomNumbers
import ShardMap
import TLS
import Testing
import Wire

@testable import DataPlane

/// Clients that encrypt, with a server that the test plays in the clear.
@Suite("Clients whose TLS ends at the router", .serialized)
struct ClientTLSTests {
  private static func map(server port: UInt16, label: String? = nil) throws -> CompiledMap {
    try PoolsMap(
      pools: [.init(id: "shared")], tenants: [.init(id: "acme", pool: "shared", label: label)],
      serverPort: port
    ).compiled()
  }

  private static func router(
    server port: UInt16, tls: ListenerTLS = .optional, workers: Int = 1, label: String? = nil,
    _ change: (inout RouterSettings) -> Void = { _ in }
  ) throws -> PoolRouter {
    let certificates = try TestCertificates.shared.get()
    return try PoolRouter(
      map(server: port, label: label), workers: workers,
      spoken: .postgres(identity: [.serverName, .option, .database])
    ) {
      $0.listeners[0].tls = tls
      $0.listeners[0].tenantNames.serverNameSuffix = ".db.localhost"
      $0.tls = ClientTLSSettings(
        serving: TLSContext.ServerSettings(
          certificates: [certificates.server], ticketKeys: TicketKeys(lifetime: .seconds(600))))
      $0.tls?.handshakeTimeout = .seconds(600)
      change(&$0)
    }
  }

  private static func context() throws -> TLSContext {
    let certificates = try TestCertificates.shared.get()
    return try TLSContext(
      client: TLSContext.ClientSettings(authorities: certificates.authorities, keptSessions: 4))
  }

  /// A client that has asked for encryption, and has it.
  private static func client(
    _ router: PoolRouter, name: String = "acme.db.localhost", isDirect: Bool = false,
    in context: TLSContext
  ) throws -> EncryptedPeer {
    let socket = try LoopbackSocket.make()
    try socket.connect(to: router.port)
    if !isDirect {
      try socket.send(Packets.sslRequest)
      let answer = try socket.receive(1)
      try #require(answer == [UInt8(ascii: "S")])
    }
    return try EncryptedPeer(socket, context, serverName: name, sessionKey: [1])
  }

  @Test(
    "are served in plaintext by their server, asked for or at once, named by the server name",
    arguments: [false, true])
  func served(isDirect: Bool) throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port)
    let client = try Self.client(router, isDirect: isDirect, in: Self.context())
    try client.send(Packets.startup(["user": "app", "database": "app"]))
    let server = try listener.accept()
    #expect(try server.packet() == Packets.startup(["user": "app", "database": "acme"]))
    try server.send(LoopbackSocket.welcome)
    #expect(try client.receive(LoopbackSocket.welcome.count) == LoopbackSocket.welcome)
    #expect(router.router.count(.tlsClientsShaken) == 1)
  }

  /// The error that a client is refused with.
  private static func error(_ client: EncryptedPeer) throws -> ErrorResponse {
    let header = try client.receive(5)
    try #require(header[0] == UInt8(ascii: "E"))
    let body = try client.receive(header[1...].reduce(0) { $0 << 8 | Int($1) } - 4)
    return try ErrorResponse.decode(body.span.bytes)
  }

  @Test("get large answers and send large requests whole")
  func large() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port)
    let client = try Self.client(router, in: Self.context())
    try client.send(Packets.startup(["user": "app", "database": "acme"]))
    let server = try listener.accept()
    _ = try server.packet()
    try server.send(LoopbackSocket.welcome)
    _ = try client.receive(LoopbackSocket.welcome.count)
    var random = SplitMix64(seed: 1)
    let bytes = random.bytes(1 << 19)
    // One thread uses it at a time.
    nonisolated(unsafe) let near = client
    try onThreads([
      { try? server.send(bytes) },
      {
        let heard = try? near.receive(bytes.count)
        #expect(heard == bytes)
      },
    ])
    try onThreads([
      { try? near.send(bytes) },
      {
        let heard = try? server.receive(bytes.count)
        #expect(heard == bytes)
      },
    ])
  }

  @Test("resume the sessions that they had, at whichever worker they come to")
  func resumed() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port, workers: 2)
    let context = try Self.context()
    for round in 0..<6 {
      let client = try Self.client(router, in: context)
      try client.send(Packets.startup(["user": "app", "database": "acme"]))
      let server = try listener.accept()
      _ = try server.packet()
      try server.send(LoopbackSocket.welcome)
      _ = try client.receive(LoopbackSocket.welcome.count)
      #expect(client.facts?.isResumed == (round > 0))
    }
    #expect(router.router.count(.tlsClientsShaken) == 1)
    #expect(router.router.count(.tlsClientsResumed) == 5)
  }

  @Test("are told goodbye when their server leaves, and their good-bye reaches it")
  func goodbyes() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port)
    let context = try Self.context()
    for clientLeaves in [false, true] {
      let client = try Self.client(router, in: context)
      try client.send(Packets.startup(["user": "app", "database": "acme"]))
      let server = try listener.accept()
      _ = try server.packet()
      try server.send(LoopbackSocket.welcome)
      _ = try client.receive(LoopbackSocket.welcome.count)
      if clientLeaves {
        try client.close()
        #expect(try server.isAtEnd())
      } else {
        shutdown(server.descriptor, Int32(SHUT_WR))
        #expect(try client.isClosed())
      }
    }
  }

  @Test("may come in the clear where that is allowed, and are told where it is not")
  func optional() throws {
    let listener = try LoopbackServer()
    let optional = try Self.router(server: listener.port)
    let client = try optional.client(["user": "app", "database": "acme"])
    _ = try listener.accept().packet()
    withExtendedLifetime(client) {}
    let required = try Self.router(server: listener.port, tls: .required)
    let error = try required.refusal(["user": "app", "database": "acme"])
    #expect(error.message == "this address takes encrypted connections only")
  }

  @Test("are refused when bytes follow the request for encryption before it has begun")
  func smuggled() throws {
    let router = try Self.router(server: 1)
    let socket = try LoopbackSocket.make()
    try socket.connect(to: router.port)
    try socket.send(Packets.sslRequest + Packets.startup(["user": "app", "database": "acme"]))
    let error = try socket.error()
    #expect(error.sqlState == .protocolViolation)
  }

  @Test("that begin at once must offer the protocol inside")
  func withoutProtocol() throws {
    let certificates = try TestCertificates.shared.get()
    let router = try Self.router(server: 1)
    let context = try TLSContext(
      client: TLSContext.ClientSettings(
        authorities: certificates.authorities, applicationProtocols: []))
    #expect(throws: (any Error).self) {
      _ = try Self.client(router, isDirect: true, in: context)
    }
  }

  @Test("are refused in TLS, in words, when they name two tenants")
  func contradiction() throws {
    let router = try Self.router(server: 1)
    let client = try Self.client(router, in: Self.context())
    try client.send(
      Packets.startup(["user": "app", "database": "app", "options": "-c shardway.tenant=zeta"]))
    #expect(try Self.error(client).sqlState == .invalidAuthorization)
    #expect(try client.isClosed())
  }

  @Test(
    "of a tenant with workers of its own get there, named before or after the handshake",
    arguments: ["acme.db.localhost", "any.example"])
  func dedicated(name: String) throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port, workers: 2, label: "gold") {
      $0.dedicated = [DedicatedSettings(label: "gold", workers: 1)]
    }
    let certificates = try TestCertificates.shared.get()
    let context = try TLSContext(
      client: TLSContext.ClientSettings(
        verification: .verifyCA, authorities: certificates.authorities))
    let client = try Self.client(router, name: name, in: context)
    try client.send(Packets.startup(["user": "app", "database": "acme"]))
    let server = try listener.accept()
    #expect(try server.packet() == Packets.startup(["user": "app", "database": "acme"]))
    try server.send(LoopbackSocket.welcome)
    #expect(try client.receive(LoopbackSocket.welcome.count) == LoopbackSocket.welcome)
    #expect(router.router.count(.sessionsAdopted) == 1)
    try client.close()
    #expect(try server.isAtEnd())
  }

  /// A client whose encryption has begun at a worker that doesn't have its tenant.
  private static func strayClient(_ router: PoolRouter) throws -> EncryptedPeer {
    let certificates = try TestCertificates.shared.get()
    let context = try TLSContext(
      client: TLSContext.ClientSettings(
        verification: .verifyCA, authorities: certificates.authorities))
    let client = try Self.client(router, name: "any.example", in: context)
    try client.send(Packets.startup(["user": "app", "database": "acme"]))
    return client
  }

  @Test("keep their address where another worker serves them than the one that encrypts")
  func strayAddress() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port, workers: 2, label: "gold") {
      $0.dedicated = [DedicatedSettings(label: "gold", workers: 1)]
      $0.servers.announcement = .version2
    }
    let client = try Self.strayClient(router)
    let header = try listener.accept().receive(20)
    #expect(header[13] == 0x11, "TCP over IPv4")
    #expect(header[16...] == [127, 0, 0, 1])
    withExtendedLifetime(client) {}
  }

  @Test("may bind their login to the certificate they were shown by another worker")
  func strayBinding() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port, workers: 2, label: "gold") {
      $0.dedicated = [DedicatedSettings(label: "gold", workers: 1)]
      $0.listeners[0].pooling = .transaction
      $0.pooling.authQuery = AuthQueryRole(user: "asker")
    }
    let client = try Self.strayClient(router)
    // The question for the role's verifier: there is none, so that the router makes one up.
    let server = try listener.accept()
    _ = try server.packet()
    try server.send(LoopbackSocket.welcome)
    _ = try server.receive(1)
    try server.send(
      Packets.message("C", Packets.text("SELECT 0")) + Packets.message("Z", Array("I".utf8)))
    let header = try client.receive(5)
    let body = try client.receive(header[1...].reduce(0) { $0 << 8 | Int($1) } - 4)
    #expect(header[0] == UInt8(ascii: "R"))
    #expect(String(decoding: body, as: UTF8.self).contains("SCRAM-SHA-256-PLUS"))
    #expect(router.router.count(.sessionsAdopted) == 1)
  }

  @Test("are cancelled through TLS, whichever worker has the session")
  func cancelled() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port, workers: 2)
    let context = try Self.context()
    let client = try Self.client(router, in: context)
    try client.send(Packets.startup(["user": "app", "database": "acme"]))
    let server = try listener.accept()
    _ = try server.packet()
    try server.send(LoopbackSocket.welcome)
    _ = try client.receive(LoopbackSocket.welcome.count)
    let request = Packets.cancelRequest(processID: 1, key: [1, 2, 3, 4])
    for _ in 0..<4 {
      let canceller = try Self.client(router, in: context)
      try canceller.send(request)
      let target = try listener.accept()
      #expect(try target.packet() == request)
      shutdown(target.descriptor, Int32(SHUT_WR))
      #expect(try canceller.isClosed())
    }
  }

  @Test("that are already there go on when certificates are renewed, and new ones see the new")
  func renewed() throws {
    let certificates = try TestCertificates.shared.get()
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port)
    let context = try Self.context()
    let client = try Self.client(router, in: context)
    router.router.renewTLS(
      TLSMaterial(
        clients: ClientTLSSettings(
          serving: TLSContext.ServerSettings(certificates: [certificates.stranger])), servers: nil))
    let trusting = try TLSContext(
      client: TLSContext.ClientSettings(authorities: certificates.strangerAuthorities))
    _ = try Self.client(router, in: trusting)
    try client.send(Packets.startup(["user": "app", "database": "acme"]))
    #expect(try listener.accept().packet().count > 0)
  }

  @Test("whose handshakes are too many make room: the oldest is cut, and the next one is served")
  func tooMany() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port) {
      $0.tls?.handshakeMemoryBytes = 4 * SecureLimits.handshakeBytes
    }
    let halfOpen = try (0..<12).map { _ in try Self.halfOpen(router, name: "acme.db.localhost") }
    defer { withExtendedLifetime(halfOpen) {} }
    #expect(router.router.count(.tlsFailedLimit) == 8)
    let client = try Self.client(router, in: Self.context())
    try client.send(Packets.startup(["user": "app", "database": "acme"]))
    #expect(try listener.accept().packet().count > 0)
    #expect(router.router.count(.tlsFailedLimit) == 9)
  }

  @Test("keep a handshake that has begun long ago when it is another name that has too many")
  func tooManyOfAnother() throws {
    let router = try Self.router(server: 1) {
      $0.tls?.handshakeMemoryBytes = 4 * SecureLimits.handshakeBytes
    }
    let slow = try Self.halfOpen(router, name: "birch.db.localhost")
    defer { withExtendedLifetime(slow) {} }
    let many = try (0..<12).map { _ in try Self.halfOpen(router, name: "acme.db.localhost") }
    for cut in many[..<9] { #expect(try cut.isAtEnd()) }
    #expect(router.router.count(.tlsFailedLimit) == 9, "the oldest of all was not among them")
  }

  /// A client that was answered, and says nothing more.
  private static func halfOpen(_ router: PoolRouter, name: String) throws -> LoopbackSocket {
    let socket = try LoopbackSocket.make()
    try socket.connect(to: router.port)
    try socket.send(Packets.sslRequest)
    _ = try socket.receive(1)
    try socket.send(hello(try TLSStream(context(), serverName: name)))
    _ = try socket.receive(1)
    return socket
  }

  private static func hello(_ stream: consuming TLSStream) throws -> [UInt8] {
    var (plaintext, hello): ([UInt8], [UInt8]) = ([], [])
    let nothing: [UInt8] = []
    _ = try stream.receive(nothing.span.bytes, plaintext: &plaintext, ciphertext: &hello)
    return hello
  }

  @Test("that do not come to terms in time are cut", arguments: [false, true])
  func tookTooLong(saysHello: Bool) throws {
    let router = try Self.router(server: 1) { $0.tls?.handshakeTimeout = .milliseconds(100) }
    // Without a question first, so that its time does not begin before it is sent.
    let first =
      saysHello
      ? try Self.hello(try TLSStream(Self.context(), serverName: "a.db.localhost"))
      : Packets.sslRequest
    let socket = try LoopbackSocket.make()
    try socket.connect(to: router.port)
    try socket.send(first)
    if !saysHello { _ = try socket.receive(1) }
    #expect(try socket.isAtEnd())
    #expect(router.router.count(.tlsFailedTimeout) == (saysHello ? 1 : 0))
  }

  @Test("that send no TLS are answered by an alert, and counted")
  func nonsense() throws {
    let router = try Self.router(server: 1)
    let socket = try LoopbackSocket.make()
    try socket.connect(to: router.port)
    try socket.send(Packets.sslRequest)
    _ = try socket.receive(1)
    try socket.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    #expect(try socket.receive(1) == [0x15])
  }
}
