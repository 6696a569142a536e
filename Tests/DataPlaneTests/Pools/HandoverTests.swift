import ShardMap
import Testing
import Wire

@testable import DataPlane

/// Routers with two or more workers, some of which are for a label.
@Suite("Tenants that have workers of their own", .serialized)
struct HandoverTests {
  private static func map(server: UInt16) throws -> CompiledMap {
    try PoolsMap(
      pools: [.init(id: "shared")],
      tenants: [
        .init(id: "acme", pool: "shared"), .init(id: "gold", pool: "shared", label: "gold"),
        .init(id: "odd", pool: "shared", label: "no-workers"),
      ], serverPort: server
    ).compiled()
  }

  private static func router(
    server: UInt16, shared: Int = 1, dedicated: Int = 1, spoken: ListenerProtocol? = nil,
    _ change: (inout RouterSettings) -> Void = { _ in }
  ) throws -> PoolRouter {
    try PoolRouter(map(server: server), workers: shared + dedicated, spoken: spoken) {
      $0.dedicated = [DedicatedSettings(label: "gold", workers: dedicated)]
      change(&$0)
    }
  }

  /// Opens a session and plays its server's part; both ends.
  private static func open(
    _ tenant: String, _ router: PoolRouter, _ server: LoopbackServer
  ) throws -> (client: LoopbackSocket, backend: LoopbackSocket) {
    let client = try router.client(["user": "app", "database": tenant])
    let backend = try server.accept()
    _ = try backend.packet()
    try backend.send(LoopbackSocket.welcome)
    #expect(try client.receive(LoopbackSocket.welcome.count) == LoopbackSocket.welcome)
    return (client, backend)
  }

  /// Sessions that each worker has routed.
  private static func routed(_ router: PoolRouter) -> [UInt64] {
    router.router.reports.map { $0.count(.routed) }
  }

  @Test("are served there and nowhere else; all others by the shared workers")
  func served() throws {
    let server = try LoopbackServer()
    let router = try Self.router(server: server.port, shared: 2, dedicated: 1)
    var open: [(LoopbackSocket, LoopbackSocket)] = []
    for _ in 0..<10 {
      open.append(try Self.open("gold", router, server))
      open.append(try Self.open("acme", router, server))
      open.append(try Self.open("odd", router, server))
    }
    let routed = Self.routed(router)
    #expect(routed[0] + routed[1] == 20 && routed[2] == 10)
    #expect(router.router.count(.sessionsHandedOver) == 10)
    #expect(router.router.count(.sessionsAdopted) == 10)
    for (client, backend) in open {
      try client.send(Packets.message("Q", Array("SELECT 1\0".utf8)))
      #expect(try backend.receive(14).count == 14)
    }
  }

  @Test("have their sessions spread over their workers, though many come at once")
  func spread() throws {
    let server = try LoopbackServer()
    let router = try Self.router(server: server.port, dedicated: 3)
    let clients = try (0..<30).map { _ in try router.client(["user": "app", "database": "gold"]) }
    var backends: [LoopbackSocket] = []
    for _ in clients {
      let backend = try server.accept()
      _ = try backend.packet()
      try backend.send(LoopbackSocket.welcome)
      backends.append(backend)
    }
    for client in clients { _ = try client.receive(LoopbackSocket.welcome.count) }
    #expect(Self.routed(router) == [0, 10, 10, 10])
  }

  @Test("come with all that they have said before, and with the encryption they were refused")
  func bytesAlong() throws {
    let server = try LoopbackServer()
    let router = try Self.router(server: server.port)
    let client = try LoopbackSocket.make()
    try client.connect(to: router.port)
    try client.send(Packets.sslRequest)
    #expect(try client.receive(1) == [UInt8(ascii: "N")])
    let behind = Packets.message("p", Array("secret\0".utf8))
    try client.send(Packets.startup(["user": "app", "database": "gold"]) + behind)
    let backend = try server.accept()
    #expect(try backend.packet() == Packets.startup(["user": "app", "database": "gold"]))
    #expect(try backend.receive(behind.count) == behind)
    #expect(Self.routed(router) == [0, 1])
  }

  @Test("are served there on an encrypted listener, too: the ClientHello arrives whole")
  func encrypted() throws {
    let server = try LoopbackServer()
    let router = try Self.router(server: server.port, spoken: .tcp(serverNameSuffix: ".db"))
    let client = try LoopbackSocket.make()
    try client.connect(to: router.port)
    try client.send(Packets.sslRequest)
    #expect(try client.receive(1) == [UInt8(ascii: "S")])
    let hello = Packets.clientHello("gold.db")
    try client.send(hello)
    let backend = try server.accept()
    #expect(try backend.receive(8) == Packets.sslRequest)
    try backend.send([UInt8(ascii: "S")])
    #expect(try backend.receive(hello.count) == hello)
    #expect(Self.routed(router) == [0, 1])
  }

  @Test("are cancelled through a worker that isn't theirs")
  func cancelled() throws {
    let server = try LoopbackServer()
    let router = try Self.router(server: server.port, shared: 1, dedicated: 2)
    let open = try Self.open("gold", router, server)
    let request = Packets.cancelRequest(processID: 1, key: [1, 2, 3, 4])
    let canceller = try LoopbackSocket.make()
    try canceller.connect(to: router.port)
    try canceller.send(request)
    #expect(try server.accept().packet() == request)
    withExtendedLifetime(open) {}
  }

  @Test("have connections kept for them that a flood at the shared workers can't take")
  func reserved() throws {
    let server = try LoopbackServer()
    let router = try Self.router(server: server.port) {
      $0.limits.clientConnections = 5
      $0.dedicated[0].connections = 2
    }
    let flood = try (0..<3).map { _ in try Self.open("acme", router, server) }
    #expect(
      try router.refusal(["user": "app", "database": "acme"]).sqlState == .tooManyConnections)
    let gold = try (0..<2).map { _ in try Self.open("gold", router, server) }
    #expect(
      try router.refusal(["user": "app", "database": "gold"]).sqlState == .tooManyConnections)
    withExtendedLifetime((flood, gold)) {}
  }

  @Test("leave nothing behind at the worker that accepted them")
  func leftovers() throws {
    let server = try LoopbackServer()
    let router = try Self.router(server: server.port)
    do {
      let open = try Self.open("gold", router, server)
      withExtendedLifetime(open) {}
    }
    // The dedicated worker sees the client go; the shared one has let go of it before.
    try router.wait(for: .closed, toReach: 2)
    let loads = router.router.reports.map { $0.count(.closed) }
    #expect(loads == [1, 1])
  }

  @Test("a router that would keep no worker for everybody else doesn't start")
  func noneShared() throws {
    #expect(throws: RouterError.self) { try Self.router(server: 1, shared: 0, dedicated: 1) }
  }
}
