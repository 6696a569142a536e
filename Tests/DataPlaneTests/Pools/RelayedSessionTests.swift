import Routing
import ShardMap
import Testing
import Wire

@testable import DataPlane

/// A router relays sessions to another one, which the test plays.
@Suite("Sessions of tenants that are at home elsewhere", .serialized)
struct RelayedSessionTests {
  private static func map(
    ports: [UInt16], foreign: ForeignTenants = .relay, server: UInt16 = 1,
    freshness: FreshnessRules = .standard, version: UInt64 = 1, pools names: [String] = ["shared"]
  ) throws -> CompiledMap {
    try PoolsMap(
      pools: names.map { .init(id: $0, foreign: foreign) } + [
        .init(id: "premium", dedicated: true, ports: ports)
      ],
      tenants: [
        .init(id: "acme", pool: names[0]), .init(id: "gold", pool: "premium"),
        .init(id: "gone", pool: "premium", state: .suspended),
      ], serverPort: server, version: version, freshness: freshness
    ).compiled()
  }

  private static let shared = HomeSettings(pool: "shared")

  @Test("go to its router with their packet and a mark, and then byte for byte both ways")
  func relayed() throws {
    let far = try LoopbackServer()
    let near = try PoolRouter(Self.map(ports: [far.port]), home: Self.shared)
    let client = try near.client(["user": "app", "database": "gold"])
    let other = try far.accept()
    #expect(
      try other.packet()
        == Packets.startup(["user": "app", "database": "gold", "shardway.relayed": "shared"]))
    try other.send(LoopbackSocket.welcome)
    #expect(try client.receive(LoopbackSocket.welcome.count) == LoopbackSocket.welcome)
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try client.send(Packets.message("Q", Array("SELECT 1\0".utf8)))
    #expect(try other.receive(14) == Packets.message("Q", Array("SELECT 1\0".utf8)))
    try other.send(bytes)
    #expect(try client.receive(bytes.count) == bytes)
    #expect(near.router.count(.relayed) == 1 && near.router.count(.refusedForeign) == 0)
  }

  @Test("are cancelled by the key that the other router gave, which is sent there")
  func cancelled() throws {
    let far = try LoopbackServer()
    let near = try PoolRouter(Self.map(ports: [far.port]), home: Self.shared, workers: 2)
    let client = try near.client(["user": "app", "database": "gold"])
    let other = try far.accept()
    _ = try other.packet()
    try other.send(LoopbackSocket.welcome)
    _ = try client.receive(LoopbackSocket.welcome.count)
    let request = Packets.cancelRequest(processID: 1, key: [1, 2, 3, 4])
    let canceller = try LoopbackSocket.make()
    try canceller.connect(to: near.port)
    try canceller.send(request)
    #expect(try far.accept().packet() == request)
  }

  @Test("try the pool's next address when nobody answers at one")
  func nextAddress() throws {
    let far = try LoopbackServer()
    let closed = try LoopbackServer(listens: false)
    let near = try PoolRouter(Self.map(ports: [closed.port, far.port]), home: Self.shared)
    _ = try near.client(["user": "app", "database": "gold"])
    #expect(try far.accept().packet().count > 0)
    #expect(near.router.count(.connectFailures) == 1)
    withExtendedLifetime(closed) {}
  }

  @Test("are refused when no router of their pool answers, and let in when one does again")
  func unreachable() throws {
    let closed = [try LoopbackServer(listens: false), try LoopbackServer(listens: false)]
    let near = try PoolRouter(Self.map(ports: closed.map(\.port)), home: Self.shared)
    let error = try near.refusal(["user": "app", "database": "gold"])
    #expect(error.sqlState == .cannotConnectNow)
    #expect(error.detail?.contains("\"premium\"") == true && error.hint != nil)
    #expect(error.detail?.contains("tried: 2") == true)
    let far = try LoopbackServer()
    near.router.publish(try Self.map(ports: [far.port], version: 2))
    try near.wait(for: .mapsApplied, toReach: 1)
    _ = try near.client(["user": "app", "database": "gold"])
    #expect(try far.accept().packet().count > 0)
    withExtendedLifetime(closed) {}
  }

  @Test("are refused when another router has relayed them already, naming both pools")
  func relayedTwice() throws {
    let far = try LoopbackServer()
    let near = try PoolRouter(Self.map(ports: [far.port]), home: Self.shared)
    for mark in [("shardway.relayed", "p"), ("options", "-c shardway.relayed=p")] {
      let client = try LoopbackSocket.make()
      try client.connect(to: near.port)
      try client.send(Packets.startup([("user", "app"), ("database", "gold"), mark]))
      let error = try client.error()
      #expect(error.sqlState == .cannotConnectNow)
      #expect(error.detail?.contains("\"premium\"") == true)
      #expect(error.detail?.contains("\"shared\"") == true)
    }
    #expect(near.router.count(.relayed) == 0 && near.router.count(.refusedForeign) == 2)
  }

  @Test("are those of a tenant in quarantine, too, and new ones no more when that ends")
  func quarantined() throws {
    let far = try LoopbackServer()
    let home = try LoopbackServer()
    let near = try PoolRouter(
      Self.map(ports: [far.port], server: home.port), home: Self.shared)
    let mailbox = near.router.contexts[0].mailbox
    var book = QuarantineBook()
    book.add(Array("acme".utf8), to: Array("premium".utf8))
    // A worker looks into its mailbox between taking a client and hearing from it.
    mailbox.post(.quarantine(book))
    let client = try near.client(["user": "app", "database": "acme"])
    let other = try far.accept()
    #expect(
      try other.packet()
        == Packets.startup(["user": "app", "database": "acme", "shardway.relayed": "shared"]))
    try other.send(LoopbackSocket.welcome)
    #expect(try client.receive(LoopbackSocket.welcome.count) == LoopbackSocket.welcome)
    #expect(near.router.count(.relayed) == 1)

    book.remove(Array("acme".utf8))
    mailbox.post(.quarantine(book))
    _ = try near.client(["user": "app", "database": "acme"])
    #expect(
      try home.accept().packet() == Packets.startup(["user": "app", "database": "acme"]))
    #expect(near.router.count(.relayed) == 1)
    // Who is there stays there.
    try client.send(Packets.message("Q", Array("SELECT 1\0".utf8)))
    #expect(try other.receive(14) == Packets.message("Q", Array("SELECT 1\0".utf8)))
  }

  @Test("are not those of a tenant in quarantine whose session is encrypted: it is served here")
  func quarantinedEncrypted() throws {
    let home = try LoopbackServer()
    let near = try PoolRouter(
      Self.map(ports: [1], server: home.port), home: Self.shared,
      spoken: .tcp(serverNameSuffix: ".db"))
    var book = QuarantineBook()
    book.add(Array("acme".utf8), to: Array("premium".utf8))
    near.router.contexts[0].mailbox.post(.quarantine(book))
    let client = try LoopbackSocket.make()
    try client.connect(to: near.port)
    let hello = Packets.clientHello("acme.db")
    try client.send(hello)
    #expect(try home.accept().receive(hello.count) == hello)
  }

  @Test("are refused by a pool whose rule that is")
  func refused() throws {
    let near = try PoolRouter(Self.map(ports: [1], foreign: .refuse), home: Self.shared)
    let error = try near.refusal(["user": "app", "database": "gold"])
    #expect(error.sqlState == .connectionRejected)
    #expect(error.detail?.contains("\"premium\"") == true)
  }

  @Test("are not relayed for a tenant that is suspended")
  func suspended() throws {
    let near = try PoolRouter(Self.map(ports: [1]), home: Self.shared)
    let error = try near.refusal(["user": "app", "database": "gone"])
    #expect(error.sqlState == .connectionRejected && error.message.contains("suspended"))
  }

  @Test("are refused on a listener whose sessions are encrypted: the mark has no place there")
  func encrypted() throws {
    let near = try PoolRouter(
      Self.map(ports: [1]), home: Self.shared, spoken: .tcp(serverNameSuffix: ".db"))
    let client = try LoopbackSocket.make()
    try client.connect(to: near.port)
    try client.send(Packets.clientHello("gold.db"))
    #expect(try client.receive(7) == [0x15, 3, 3, 0, 2, 2, 49])
  }

  // MARK: Quarantine

  @Test("go to the quarantine pool while they are hot, and are at home again afterwards")
  func quarantine() throws {
    let (home, jail) = (try LoopbackServer(), try LoopbackServer())
    let map = try PoolsMap(
      pools: [
        .init(id: "shared"), .init(id: "jail", foreign: .serve, ports: [jail.port]),
      ],
      tenants: [.init(id: "acme", pool: "shared"), .init(id: "calm", pool: "shared")],
      serverPort: home.port
    ).compiled()
    let near = try PoolRouter(map, home: Self.shared)
    var book = QuarantineBook()
    book.add(Array("acme".utf8), to: Array("jail".utf8))
    near.router.contexts[0].mailbox.post(.quarantine(book))
    let hot = try near.client(["user": "app", "database": "acme"])
    #expect(
      try jail.accept().packet()
        == Packets.startup(["user": "app", "database": "acme", "shardway.relayed": "shared"]))
    let calm = try near.client(["user": "app", "database": "calm"])
    #expect(try home.accept().packet() == Packets.startup(["user": "app", "database": "calm"]))
    near.router.contexts[0].mailbox.post(.quarantine(QuarantineBook()))
    let cooled = try near.client(["user": "app", "database": "acme"])
    #expect(try home.accept().packet() == Packets.startup(["user": "app", "database": "acme"]))
    withExtendedLifetime((hot, calm, cooled)) {}
  }

  // MARK: Fail closed

  /// Permissions expire after a second; where the tenant is, never.
  private static let soonExpired: FreshnessRules = {
    var rules = FreshnessRules.standard
    rules[.permissions] = FreshnessBound(ttlMilliseconds: 1_000, maxStaleMilliseconds: 1_000)
    return rules
  }()

  @Test(
    "are neither relayed nor refused by their pool when nobody has confirmed it for too long",
    arguments: [ForeignTenants.relay, .refuse, .serve], ["acme", "gold"])
  func expired(foreign: ForeignTenants, tenant: String) throws {
    let slot = FreshnessSlot()
    slot.tell(
      MapFreshness(age: MapAge(nanoseconds: 2_000_000_000), isReachable: false),
      refreshAnswered: 0, now: LiveClock.now)
    let near = try PoolRouter(
      Self.map(ports: [1], foreign: foreign, freshness: Self.soonExpired), home: Self.shared,
      freshness: slot)
    let error = try near.refusal(["user": "app", "database": tenant])
    #expect(error.sqlState == .cannotConnectNow)
    #expect(error.detail?.contains("last confirmed") == true)
    #expect(near.router.count(.refusedStalePermissions) == 1)
    #expect(near.router.count(.relayed) == 0)
  }

  @Test("a map without the router's own pool ends nothing and lets nobody in")
  func poolGone() throws {
    let server = try LoopbackServer()
    let near = try PoolRouter(
      Self.map(ports: [1], server: server.port), home: Self.shared)
    let open = try near.client(["user": "app", "database": "acme"])
    let backend = try server.accept()
    _ = try backend.packet()
    try backend.send(LoopbackSocket.welcome)
    _ = try open.receive(LoopbackSocket.welcome.count)

    near.router.publish(
      try Self.map(ports: [1], server: server.port, version: 2, pools: ["other"]))
    try near.wait(for: .mapsApplied, toReach: 1)
    for tenant in ["acme", "gold"] {
      let error = try near.refusal(["user": "app", "database": tenant])
      #expect(error.sqlState == .cannotConnectNow)
      #expect(error.detail?.contains("\"shared\"") == true)
    }
    try open.send(Packets.message("Q", Array("SELECT 1\0".utf8)))
    #expect(try backend.receive(14).count == 14)
  }
}
