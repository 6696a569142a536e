import ShardMap
import TLS
import Testing
import Wire

@testable import DataPlane

/// A router that relays a session to one of another pool, which the test plays and which encrypts.
@Suite("Relayed sessions that are encrypted", .serialized)
struct RelayTLSTests {
  private static let routerName = "r1.db.localhost"

  /// A router of the pool `shared`. Its shard and the pool `premium` have names and authorities of their own.
  private static func router(
    relayingTo port: UInt16, by target: ServerTLSSettings.Target
  ) throws -> PoolRouter {
    let certificates = try TestCertificates.shared.get()
    let map = try PoolsMap(
      pools: [
        .init(id: "shared", foreign: .relay),
        .init(id: "premium", dedicated: true, ports: [port]),
      ], tenants: [.init(id: "gold", pool: "premium")]
    ).compiled()
    return try PoolRouter(map, home: HomeSettings(pool: "shared")) {
      $0.serverTLS = ServerTLSSettings(
        clients: [
          TLSContext.ClientSettings(authorities: certificates.authorities),
          TLSContext.ClientSettings(authorities: certificates.strangerAuthorities),
        ],
        shards: ["s1": .init(serverName: "s1.elsewhere")], pools: ["premium": target])
    }
  }

  /// The relaying router's next connection, which is asked for encryption and has it.
  private static func accept(
    _ listener: LoopbackServer, _ shown: TLSCertificate
  ) throws -> EncryptedPeer {
    let socket = try listener.accept()
    try #require(try socket.packet() == Packets.sslRequest)
    try socket.send([UInt8(ascii: "S")])
    return try EncryptedPeer(
      socket, TLSContext(server: TLSContext.ServerSettings(certificates: [shown])))
  }

  @Test("reach the pool's router by the pool's name and authority, and so do their cancel requests")
  func verified() throws {
    let far = try LoopbackServer()
    let near = try Self.router(
      relayingTo: far.port, by: .init(serverName: Self.routerName, client: 1))
    let shown = try TestCertificates.shared.get().stranger
    let client = try near.client(["user": "app", "database": "gold"])
    let other = try Self.accept(far, shown)
    #expect(other.facts?.serverName == Array(Self.routerName.utf8))
    #expect(
      try other.packet()
        == Packets.startup(["user": "app", "database": "gold", "shardway.relayed": "shared"]))
    try other.send(LoopbackSocket.welcome)
    #expect(try client.receive(LoopbackSocket.welcome.count) == LoopbackSocket.welcome)
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try other.send(bytes)
    #expect(try client.receive(bytes.count) == bytes)

    let request = Packets.cancelRequest(processID: 1, key: [1, 2, 3, 4])
    let canceller = try LoopbackSocket.make()
    try canceller.connect(to: near.port)
    try canceller.send(request)
    let cancelled = try Self.accept(far, shown)
    #expect(cancelled.facts?.serverName == Array(Self.routerName.utf8))
    #expect(try cancelled.packet() == request)
  }

  @Test(
    "are refused where the router's certificate is another's or for another name, saying so",
    arguments: [
      ServerTLSSettings.Target(serverName: routerName),
      ServerTLSSettings.Target(serverName: "r1.elsewhere", client: 1),
    ])
  func untrusted(target: ServerTLSSettings.Target) throws {
    let far = try LoopbackServer()
    let near = try Self.router(relayingTo: far.port, by: target)
    let client = try near.client(["user": "app", "database": "gold"])
    let shown = try TestCertificates.shared.get().stranger
    #expect(throws: (any Error).self) { _ = try Self.accept(far, shown).receive(1) }
    let error = try client.error()
    #expect(error.sqlState == .cannotConnectNow)
    #expect(error.message.contains("the router of tenant \"gold\" can't be encrypted"))
    #expect(error.detail?.contains("pool \"premium\". TLS says: ") == true)
    #expect(near.router.count(.tlsFailedCertificate) == 1)
  }

  @Test("are not relayed in the clear to a router that offers no TLS")
  func withoutTLS() throws {
    let far = try LoopbackServer()
    let near = try Self.router(relayingTo: far.port, by: .init())
    let client = try near.client(["user": "app", "database": "gold"])
    let other = try far.accept()
    #expect(try other.packet() == Packets.sslRequest)
    try other.send([UInt8(ascii: "N")])
    let error = try client.error()
    #expect(error.sqlState == .cannotConnectNow)
    #expect(error.detail?.contains("router of its pool \"premium\" does not offer TLS") == true)
    #expect(try other.isAtEnd())
  }
}
