import Glibc
import ShardMap
import TLS
import Testing
import Wire

@testable import DataPlane

/// A client in the clear, and a server that the test plays.
@Suite("Connections to servers that are encrypted", .serialized)
struct ServerTLSTests {
  /// What the test's server shows itself with.
  enum Shown { case trusted, stranger }

  private static func router(
    server port: UInt16, _ change: (inout RouterSettings) -> Void = { _ in }
  ) throws -> PoolRouter {
    let certificates = try TestCertificates.shared.get()
    let map = try PoolsMap(
      pools: [.init(id: "shared")], tenants: [.init(id: "acme", pool: "shared")], serverPort: port
    ).compiled()
    return try PoolRouter(map) {
      $0.serverTLS = ServerTLSSettings(clients: [
        TLSContext.ClientSettings(authorities: certificates.authorities, keptSessions: 16)
      ])
      change(&$0)
    }
  }

  private static func context(_ shown: Shown = .trusted) throws -> TLSContext {
    let certificates = try TestCertificates.shared.get()
    return try TLSContext(
      server: TLSContext.ServerSettings(
        certificates: [shown == .trusted ? certificates.server : certificates.stranger],
        ticketKeys: TicketKeys(lifetime: .seconds(600))))
  }

  /// The router's next connection, which is asked for encryption and has it.
  private static func accept(
    _ listener: LoopbackServer, in context: TLSContext
  ) throws -> EncryptedPeer {
    let socket = try listener.accept()
    let request = try socket.packet()
    try #require(request == Packets.sslRequest)
    try socket.send([UInt8(ascii: "S")])
    return try EncryptedPeer(socket, context)
  }

  @Test("carry sessions in TLS, resumed from the second on")
  func sessions() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port)
    let context = try Self.context()
    for _ in 0..<3 {
      let client = try router.client(["user": "app", "database": "acme"])
      let server = try Self.accept(listener, in: context)
      #expect(try server.packet() == Packets.startup(["user": "app", "database": "acme"]))
      try server.send(LoopbackSocket.welcome)
      #expect(try client.receive(LoopbackSocket.welcome.count) == LoopbackSocket.welcome)
      let query = Packets.message("Q", Array("SELECT 1\0".utf8))
      try client.send(query)
      #expect(try server.receive(query.count) == query)
    }
    #expect(router.router.count(.tlsServersShaken) == 1)
    #expect(router.router.count(.tlsServersResumed) == 2)
  }

  @Test("carry cancel requests in TLS")
  func cancelled() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port)
    let context = try Self.context()
    let client = try router.client(["user": "app", "database": "acme"])
    let server = try Self.accept(listener, in: context)
    _ = try server.packet()
    try server.send(LoopbackSocket.welcome)
    _ = try client.receive(LoopbackSocket.welcome.count)
    let request = Packets.cancelRequest(processID: 1, key: [1, 2, 3, 4])
    let canceller = try LoopbackSocket.make()
    try canceller.connect(to: router.port)
    try canceller.send(request)
    #expect(try Self.accept(listener, in: context).packet() == request)
  }

  @Test(
    "are not made in the clear when the server does not encrypt",
    arguments: [PoolingMode.session, .transaction])
  func withoutTLS(pooling: PoolingMode) throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port) {
      $0.listeners[0].pooling = pooling
      $0.pooling.authentication = .trust
    }
    let client = try router.client(["user": "app", "database": "acme"])
    let server = try listener.accept()
    #expect(try server.packet() == Packets.sslRequest)
    try server.send([UInt8(ascii: "N")])
    let error = try client.error()
    #expect("\(error.message) \(error.detail ?? "")".contains("does not offer TLS"))
    #expect(try server.isAtEnd())
  }

  @Test(
    "are not made to a server whose certificate is not trusted, and the client reads why",
    arguments: [PoolingMode.session, .transaction])
  func untrusted(pooling: PoolingMode) throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port) {
      $0.listeners[0].pooling = pooling
      $0.pooling.authentication = .trust
    }
    let client = try router.client(["user": "app", "database": "acme"])
    let context = try Self.context(.stranger)
    #expect(throws: (any Error).self) {
      let server = try Self.accept(listener, in: context)
      _ = try server.receive(1)
    }
    let error = try client.error()
    #expect(error.sqlState == .cannotConnectNow)
    #expect(error.detail?.contains("certificate") == true)
    #expect(router.router.count(.tlsFailedCertificate) == 1)
  }

  @Test("are shared by sessions")
  func shared() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port) {
      $0.listeners[0].pooling = .transaction
      $0.pooling.authentication = .trust
    }
    let context = try Self.context()
    let client = try router.client(["user": "app", "database": "acme"])
    let server = try Self.accept(listener, in: context)
    _ = try server.packet()
    try server.send(LoopbackSocket.welcome)
    let login = try client.receive(9)
    #expect(login == Packets.message("R", Packets.integer(0, bytes: 4)))
    while try client.receive(1) != [UInt8(ascii: "Z")] {
      let length = try client.receive(4).reduce(0) { $0 << 8 | Int($1) }
      _ = try client.receive(length - 4)
    }
    _ = try client.receive(5)
    let query = Packets.message("Q", Array("SELECT 1\0".utf8))
    try client.send(query)
    #expect(try server.receive(query.count) == query)
    let answer =
      Packets.message("C", Array("SELECT 1\0".utf8)) + Packets.message("Z", Array("I".utf8))
    try server.send(answer)
    #expect(try client.receive(answer.count) == answer)
  }

  @Test("log in bound to the server's certificate where the server offers that")
  func bound() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port) {
      $0.listeners[0].pooling = .transaction
      $0.pooling.authQuery = AuthQueryRole(user: "asker", password: Array("secret".utf8))
    }
    // Its role's verifier is asked for.
    let client = try router.client(["user": "app", "database": "acme"])
    let server = try Self.accept(listener, in: Self.context())
    _ = try server.packet()
    try server.send(
      Packets.message(
        "R",
        Packets.integer(10, bytes: 4) + Packets.text("SCRAM-SHA-256-PLUS")
          + Packets.text("SCRAM-SHA-256") + [0]))
    let header = try server.receive(5)
    #expect(header[0] == UInt8(ascii: "p"))
    let answer = try server.receive(header[1...].reduce(0) { $0 << 8 | Int($1) } - 4)
    #expect(answer.starts(with: Packets.text("SCRAM-SHA-256-PLUS")))
    withExtendedLifetime(client) {}
  }

  @Test("that end while they come to terms are not called untrusted: another may do better")
  func lost() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port) {
      $0.listeners[0].pooling = .transaction
      $0.pooling.authentication = .trust
    }
    let client = try router.client(["user": "app", "database": "acme"])
    do {
      let socket = try listener.accept()
      _ = try socket.packet()
      try socket.send([UInt8(ascii: "S")])
      // Its ClientHello has begun; then the server is gone.
      _ = try socket.receive(5)
    }
    let server = try Self.accept(listener, in: Self.context())
    _ = try server.packet()
    try server.send(LoopbackSocket.welcome)
    #expect(try client.receive(9) == Packets.message("R", Packets.integer(0, bytes: 4)))
  }

  @Test("are what probes use, too")
  func probed() throws {
    let listener = try LoopbackServer()
    let router = try Self.router(server: listener.port) {
      $0.probes = .patient
    }
    let server = try Self.accept(listener, in: Self.context())
    let packet = try server.packet()
    #expect(String(decoding: packet, as: UTF8.self).contains("prober"))
    withExtendedLifetime(router) {}
  }
}
