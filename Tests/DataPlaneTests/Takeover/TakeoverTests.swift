import Glibc
import Routing
import ShardMap
import TLS
import Testing
import Uring
import Wire

@testable import DataPlane

/// Two routers of one process, the second of which takes the first one's place, in front of a server that the tests play.
@Suite("A takeover", .serialized)
struct TakeoverTests {
  @Test("moves a client to the new process without its noticing, with what it has prepared and set")
  func client() throws {
    let scene = try Scene()
    let client = try scene.loggedIn()
    try scene.run(client, "SET statement_timeout TO 5000", tag: "SET")
    try client.socket.send(
      Packets.message("P", Packets.text("s1") + Packets.text("SELECT 1") + [0, 0])
        + Packets.message("S"))
    _ = try scene.server.message("P")
    _ = try scene.server.message("S")
    try scene.server.socket.send(Packets.message("1") + Packets.message("Z", Array("I".utf8)))
    _ = try client.message("1")
    _ = try client.message("Z")

    let next = try scene.takeOver()
    try wait("the client has moved") { next.router.count(.clientsTakenOver) == 1 }
    #expect(next.router.addresses == scene.first.router.addresses)

    try client.socket.send(
      Packets.message("B", Packets.text("") + Packets.text("s1") + [0, 0, 0, 0, 0, 0])
        + Packets.message("E", Packets.text("") + [0, 0, 0, 0]) + Packets.message("S"))
    let server = try scene.nextServer()
    let set = try server.message("Q")
    #expect(String(decoding: set, as: UTF8.self).contains("SET \"statement_timeout\" TO 5000"))
    try server.socket.send(
      Packets.message("C", Packets.text("SET")) + Packets.message("Z", Array("I".utf8)))
    // What the settings' statement may have made of it, nobody knows yet.
    _ = try server.message("C")
    let parse = try server.message("P")
    #expect(String(decoding: parse, as: UTF8.self).contains("SELECT 1"))
    _ = try server.message("B")
    _ = try server.message("E")
    _ = try server.message("S")
    try server.socket.send(
      Packets.message("3") + Packets.message("1") + Packets.message("2")
        + Packets.message("C", Packets.text("SELECT 1")) + Packets.message("Z", Array("I".utf8)))
    _ = try client.message("2")
    _ = try client.message("C")
    _ = try client.message("Z")
    scene.end(next)
  }

  @Test("leaves a client where it is until its transaction is over")
  func busy() throws {
    let scene = try Scene()
    let client = try scene.loggedIn()
    try client.socket.send(Packets.message("Q", Packets.text("INSERT")))
    _ = try scene.server.message("Q")
    let next = try scene.takeOver()
    try wait("the old process has looked") {
      scene.first.router.contexts[0].load.leftToHandOver == 1
    }
    #expect(next.router.count(.clientsTakenOver) == 0)
    try scene.server.socket.send(
      Packets.message("C", Packets.text("INSERT 0 1")) + Packets.message("Z", Array("I".utf8)))
    _ = try client.message("C")
    _ = try client.message("Z")
    try wait("the client has moved") { next.router.count(.clientsTakenOver) == 1 }
    try wait("nobody is left") { scene.first.router.hasHandedOver }
    scene.end(next)
  }

  @Test("lets the new process cancel what runs for a client that was the old one's")
  func cancel() throws {
    let scene = try Scene()
    let client = try scene.loggedIn()
    let next = try scene.takeOver()
    try wait("the client has moved") { next.router.count(.clientsTakenOver) == 1 }
    try client.socket.send(Packets.message("Q", Packets.text("SELECT pg_sleep(60)")))
    let server = try scene.nextServer()
    _ = try server.message("Q")
    try scene.cancel(client)
    #expect(
      try scene.listener.accept().packet()
        == Packets.cancelRequest(
          processID: 1, key: [1, 2, 3, 4]))
    scene.end(next)
  }

  @Test(
    "has the old process cancel what runs for a client that is still there, asked in the clear or in TLS",
    arguments: [false, true])
  func cancelAtOld(isEncrypted: Bool) throws {
    let scene = try Scene()
    let client = try scene.loggedIn()
    try client.socket.send(Packets.message("Q", Packets.text("SELECT pg_sleep(60)")))
    _ = try scene.server.message("Q")
    let next = try scene.takeOver()
    try wait("the old process accepts no more") {
      scene.first.router.contexts[0].load.leftToHandOver == 1
    }
    try scene.cancel(client, isEncrypted: isEncrypted)
    #expect(
      try scene.listener.accept().packet()
        == Packets.cancelRequest(
          processID: 1, key: [1, 2, 3, 4]))
    #expect(next.router.count(.cancelsForwarded) == 0)
    #expect(scene.first.router.count(.cancelsForwarded) == 1)
    scene.end(next)
  }

  @Test("serves new clients at the same port, with another number of workers, and refuses none")
  func accepting() throws {
    let scene = try Scene(workers: 3)
    let next = try scene.takeOver(workers: 1)
    try wait("the old process has nobody") { scene.first.router.hasHandedOver }
    // Each of the three sockets that the one worker has now gets some of them.
    let clients = try (0..<24).map { _ in
      try scene.first.client(["user": "app", "database": "acme"])
    }
    let server = try scene.nextServer()
    for client in clients { _ = try TypedStream(client).message("R") }
    #expect(next.router.count(.accepted) == 24)
    #expect(server.isOpen)
    scene.end(next)
  }

  @Test("leaves the old process as it was when the new one fails before it serves")
  func failing() throws {
    let scene = try Scene()
    let client = try scene.loggedIn()
    do {
      let inheritance = try #require(try Inheritance.claim(from: scene.path))
      #expect(inheritance.sockets.take("listener 0", at: .loopback(0)).count == 1)
    }
    try wait("the old process knows") { scene.takeovers.takeFailures() == [.closed] }
    #expect(scene.takeovers.currentState == .waiting)
    try scene.run(client, "SELECT 1", tag: "SELECT 1")
    // And the next one takes over.
    let next = try scene.takeOver()
    try wait("the client has moved") { next.router.count(.clientsTakenOver) == 1 }
    scene.end(next)
  }

  @Test("tells a process of another version why it is handed nothing, and goes on")
  func otherVersion() throws {
    let scene = try Scene()
    let socket = try #require(try TakeoverSocket.connect(to: scene.path))
    defer { socket.close() }
    try socket.send(TakeoverMessage.hello(version: 999, processID: 1).encoded, nil)
    var incoming = IncomingMessages()
    incoming.append(try socket.receive())
    guard let (message, _) = try incoming.next(), case .refused(let why) = message else {
      Issue.record("no refusal has come")
      return
    }
    #expect(why.contains("version 999"))
    try wait("the old process knows") {
      scene.takeovers.takeFailures() == [.otherVersion(999)]
    }
    scene.end(try scene.takeOver())
  }

  @Test("ends whenever it is told to, also while the new process says that it serves")
  func stopped() throws {
    var random = RandomSource(seed: 1)
    for _ in 0..<100 {
      let scene = try Scene()
      let socket = try #require(try TakeoverSocket.connect(to: scene.path))
      defer { socket.close() }
      let hello = TakeoverMessage.hello(version: TakeoverLimits.version, processID: 1)
      try socket.send(hello.encoded + TakeoverMessage.ready.encoded, nil)
      usleep(UInt32(random.index(below: 300)))
      // It returns, though the other process is there.
      scene.takeovers.stop()
    }
  }

  @Test("keeps clients that the new process can't take, and they are served until they are told")
  func declined() throws {
    let scene = try Scene()
    let client = try scene.loggedIn()
    let next = try scene.takeOver { $0.listeners[0].pooling = .session }
    try wait("the client was declined") {
      scene.first.router.count(.clientsNotHandedOver) == 1
    }
    try wait("nobody is left who could go") { scene.first.router.hasHandedOver }
    try client.socket.send(Packets.message("Q", Packets.text("SELECT 1")))
    let server = try scene.nextServer()
    _ = try server.message("Q")
    try server.socket.send(
      Packets.message("C", Packets.text("SELECT 1")) + Packets.message("Z", Array("I".utf8)))
    _ = try client.message("C")
    _ = try client.message("Z")
    scene.first.router.contexts[0].orderStop()
    #expect(try client.socket.error().sqlState == .adminShutdown)
    scene.end(next)
  }

  @Test("is not to be had where nobody listens, and nothing is left behind when the router ends")
  func nobody() throws {
    let scene = try Scene()
    scene.takeovers.stop()
    #expect(access(scene.path, F_OK) != 0)
    #expect(try Inheritance.claim(from: scene.path) == nil)
  }
}

/// Waits until a condition holds.
private func wait(_ what: String, _ condition: () throws -> Bool) throws {
  let end = ContinuousClock.now + .seconds(60)
  while try !condition() {
    guard .now < end else { throw SocketFailure(call: what) }
    usleep(2_000)
  }
}

/// A router in front of a played server, and the one that takes its place.
private final class Scene {
  let folder: TemporaryFolder
  let listener: LoopbackServer
  let first: PoolRouter
  let takeovers: TakeoverServer
  let map: CompiledMap
  private let certificates: TestCertificates
  /// The server's end of the connection that was opened last.
  var server: TypedStream
  var path: String { folder.path + "/next" }
  private var inheritance: Inheritance?

  init(workers: Int = 1) throws {
    folder = try TemporaryFolder()
    listener = try LoopbackServer()
    map = try PoolsMap(
      pools: [.init(id: "shared")], tenants: [.init(id: "acme", pool: "shared")],
      serverPort: listener.port
    ).compiled()
    let certificates = try TestCertificates.shared.get()
    self.certificates = certificates
    first = try PoolRouter(map, workers: workers) { Self.configure(&$0, certificates) }
    takeovers = try TakeoverServer(path: folder.path + "/next", router: first.router) {}
    server = try TypedStream(LoopbackSocket.make())
  }

  private static func configure(
    _ settings: inout RouterSettings, _ certificates: TestCertificates
  ) {
    settings.listeners[0].pooling = .transaction
    settings.listeners[0].tls = .optional
    settings.tls = ClientTLSSettings(
      serving: TLSContext.ServerSettings(certificates: [certificates.server]))
    settings.pooling.authentication = .trust
  }

  /// A client that is in; the server has told its settings.
  func loggedIn() throws -> TypedStream {
    let client = TypedStream(try first.client(["user": "app", "database": "acme"]))
    server = try nextServer()
    _ = try client.message("R")
    client.key = try client.message("K")
    _ = try client.message("Z")
    return client
  }

  /// The next connection to the server, which is let in.
  func nextServer() throws -> TypedStream {
    let socket = try listener.accept()
    _ = try socket.packet()
    try socket.send(LoopbackSocket.welcome)
    return TypedStream(socket)
  }

  /// Runs a query that the server answers with nothing but a tag.
  func run(_ client: TypedStream, _ query: String, tag: String) throws {
    try client.socket.send(Packets.message("Q", Packets.text(query)))
    _ = try server.message("Q")
    try server.socket.send(
      Packets.message("C", Packets.text(tag)) + Packets.message("Z", Array("I".utf8)))
    _ = try client.message("C")
    _ = try client.message("Z")
  }

  func cancel(_ client: TypedStream, isEncrypted: Bool = false) throws {
    let canceller = try LoopbackSocket.make()
    // Kept open until the test ends: the request goes by this connection.
    cancellers.append(canceller)
    try canceller.connect(to: first.port)
    let request = Packets.integer(16, bytes: 4) + [0x04, 0xD2, 0x16, 0x2E] + client.key
    guard isEncrypted else { return try canceller.send(request) }
    try canceller.send(Packets.sslRequest)
    _ = try canceller.receive(1)
    let context = try TLSContext(
      client: TLSContext.ClientSettings(authorities: certificates.authorities))
    try EncryptedPeer(canceller, context, serverName: "acme.db.localhost").send(request)
  }
  private var cancellers: [LoopbackSocket] = []

  /// Another router takes the first one's place.
  func takeOver(
    workers: Int = 1, _ change: (inout RouterSettings) -> Void = { _ in }
  ) throws -> (router: Router, Void) {
    guard let inheritance = try Inheritance.claim(from: path) else {
      throw SocketFailure(call: "claim")
    }
    var settings = RouterSettings(
      mapPath: "", workerCount: workers,
      listeners: [
        ListenerSettings(address: .loopback(0), spoken: .postgres(identity: [.option, .database]))
      ])
    settings.timeouts.stop = .zero
    settings.waitPatiently()
    Self.configure(&settings, certificates)
    change(&settings)
    let router = try Router(
      settings, map: map, capabilities: try Capabilities.probe(), inherited: inheritance.sockets)
    try inheritance.take(for: router)
    self.inheritance = inheritance
    return (router, ())
  }

  /// Ends both.
  func end(_ next: (router: Router, Void)) {
    inheritance?.stop()
    takeovers.stop()
    next.router.stop()
  }
}

/// One end of a conversation in typed messages.
private final class TypedStream {
  let socket: LoopbackSocket
  /// The body of the key that the client was told.
  var key: [UInt8] = []

  init(_ socket: LoopbackSocket) {
    self.socket = socket
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Whether the other end has not closed it.
  var isOpen: Bool {
    var byte: UInt8 = 0
    return recv(socket.descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) != 0
  }

  /// The body of the next message of a type; settings that are reported are passed over.
  @discardableResult
  func message(_ type: Character) throws -> [UInt8] {
    while true {
      let header = try socket.receive(5)
      let body = try socket.receive(header[1...].reduce(0) { $0 << 8 | Int($1) } - 4)
      if header[0] == type.asciiValue! { return body }
      guard header[0] == UInt8(ascii: "S"), type != "S" else {
        throw SocketFailure(call: "\(type), not \(UnicodeScalar(header[0]))")
      }
    }
  }
}
