import ShardMap
import Synchronization
import TLS
import Testing
import Uring
import Wire

@testable import DataPlane

/// Another configuration at a running router of this process.
@Suite struct ConfigurationKeeperTests {
  /// A router whose next configuration the test writes.
  private final class Changed {
    let router: Router
    let server: LoopbackServer
    private let map: CompiledMap
    private let box: Box
    /// The servers' ends of sessions.
    private var servers: [LoopbackSocket] = []

    init(_ change: (inout RouterSettings) -> Void = { _ in }) throws {
      server = try LoopbackServer()
      map = try PoolsMap(
        pools: [.init(id: "shared")], tenants: [.init(id: "acme", pool: "shared")],
        serverPort: server.port
      ).compiled()
      var settings = RouterSettings(
        mapPath: "", workerCount: 2,
        listeners: [
          ListenerSettings(address: .loopback(0), spoken: .postgres(identity: [.database]))
        ])
      settings.timeouts.stop = .zero
      settings.waitPatiently()
      change(&settings)
      let box = Box(.good(settings, notices: []))
      router = try Router(
        settings, map: map, capabilities: try Capabilities.probe(), reading: { box.value })
      self.box = box
    }

    deinit { router.stop() }

    func put(_ reading: ConfigurationReading) -> ConfigurationOutcome? {
      box.value = reading
      return router.configuration.reload()
    }

    /// Puts a change of what is in force in force, and waits until every worker has it.
    func put(_ change: (inout RouterSettings) -> Void) async {
      var settings = router.configuration.edition.settings
      change(&settings)
      let version = router.configuration.edition.version + 1
      #expect(put(.good(settings, notices: ["x"])) == .taken(version: version, notices: ["x"]))
      while router.configuration.versionInUse < version { await Task.yield() }
    }

    func connection(_ bytes: [UInt8]) throws -> LoopbackSocket {
      let socket = try LoopbackSocket.make()
      try socket.connect(to: router.addresses[0].port)
      try socket.send(bytes)
      return socket
    }

    /// A client that is in.
    func session() throws -> LoopbackSocket {
      let socket = try connection(ConfigurationKeeperTests.startup)
      let accepted = try server.accept()
      _ = try accepted.packet()
      try accepted.send(LoopbackSocket.welcome)
      _ = try socket.receive(LoopbackSocket.welcome.count)
      servers.append(accepted)
      return socket
    }
  }

  private final class Box: Sendable {
    private let content: Mutex<ConfigurationReading>
    init(_ value: ConfigurationReading) { content = Mutex(value) }
    var value: ConfigurationReading {
      get { content.withLock { $0 } }
      set { content.withLock { $0 = newValue } }
    }
  }

  private static let startup = Packets.startup(["user": "u", "database": "acme"])

  @Test("sessions that are silent already get the new deadline, and others stay")
  func idle() async throws {
    let changed = try Changed()
    let socket = try changed.session()
    await changed.put { $0.timeouts.idle = .milliseconds(50) }
    #expect(try socket.error().sqlState == .idleSessionTimeout)
  }

  @Test("a listener begins to want headers, and stops again")
  func proxy() async throws {
    let changed = try Changed()
    let before = try changed.session()
    await changed.put { $0.listeners[0].proxy = .required }
    let plain = try changed.connection(Self.startup)
    #expect(throws: SocketFailure.self) { try plain.receive(1) }
    let proxied = try changed.connection(ProxyHeader.encoded(.local) + Self.startup)
    _ = try changed.server.accept().packet()
    await changed.put { $0.listeners[0].proxy = .off }
    let after = try changed.session()
    withExtendedLifetime((before, proxied, after)) {}
  }

  @Test("fewer connections hold for those that come; more than at the start never do")
  func connections() async throws {
    let changed = try Changed { $0.limits.clientConnections = 2 }
    let first = try changed.session()
    await changed.put { $0.limits.clientConnections = 1 }
    #expect(try changed.connection(Self.startup).error().sqlState == .tooManyConnections)
    await changed.put { $0.limits.clientConnections = 1000 }
    #expect(changed.router.configuration.edition.settings.limits.clientConnections == 2)
    let second = try changed.session()
    #expect(try changed.connection(Self.startup).error().sqlState == .tooManyConnections)
    withExtendedLifetime((first, second)) {}
  }

  @Test("nothing of a configuration that is not good comes into force, and why is kept")
  func refused() async throws {
    let changed = try Changed()
    let keeper = changed.router.configuration
    #expect(changed.put(.bad("router.yaml:7: no")) == .refused("router.yaml:7: no"))
    #expect(keeper.edition.version == 1 && keeper.refusedCount == 1 && keeper.takenCount == 0)
    #expect(keeper.lastRefusal == "router.yaml:7: no")
    await changed.put { $0.timeouts.connect = .seconds(1) }
    #expect(keeper.edition.version == 2 && keeper.takenCount == 1 && keeper.lastRefusal == nil)
    #expect(keeper.edition.settings.timeouts.connect == .seconds(1))
  }

  @Test("what needs a restart stays as it was")
  func fixed() async throws {
    let changed = try Changed()
    await changed.put {
      $0.mapPath = "/elsewhere"
      $0.workerCount = 5
      $0.keepAlive.count = 9
      $0.pooling.serversPerWorker = 1
      $0.pooling.serversPerPool = 7
      $0.listeners[0].address = .loopback(1)
      $0.listeners[0].proxy = .required
    }
    let settings = changed.router.configuration.edition.settings
    #expect(settings.mapPath == "" && settings.workerCount == 2 && settings.keepAlive.count == 5)
    #expect(settings.pooling.serversPerWorker == 4096 && settings.pooling.serversPerPool == 7)
    // Another address is another listener: nothing of it is taken.
    #expect(settings.listeners[0].address == .loopback(0) && settings.listeners[0].proxy == .off)
  }

  /// Has a listener want encryption, and tenants that are named by it.
  private static func encrypt(_ settings: inout RouterSettings) {
    settings.tls = ClientTLSSettings(serving: TLSContext.ServerSettings(certificates: []))
    settings.listeners[0].tls = .required
    settings.listeners[0].tenantNames.serverNameSuffix = ".db.localhost"
    settings.listeners[0].spoken = .postgres(identity: [.serverName])
  }

  @Test(
    "clients go on as before where encryption is switched on without a restart",
    arguments: [false, true])
  func encryption(toServers: Bool) async throws {
    let changed = try Changed {
      guard toServers else { return }
      $0.serverTLS = ServerTLSSettings(clients: [
        TLSContext.ClientSettings(verification: .require)
      ])
    }
    await changed.put(Self.encrypt)
    let settings = changed.router.configuration.edition.settings
    #expect(settings.tls == nil && settings.listeners[0].tls == .off)
    #expect(settings.listeners[0].tenantNames == TenantNames())
    #expect(settings.listeners[0].spoken == .postgres(identity: [.database]))
    let socket = try changed.connection(Packets.sslRequest)
    try #require(try socket.receive(1) == [UInt8(ascii: "N")])
    try socket.send(Self.startup)
    // It is let in, whether its server is asked for encryption first or not.
    _ = try changed.server.accept().packet()
  }

  @Test("of a listener, what has nothing to do with encryption is taken all the same")
  func withoutEncryption() {
    let old = RouterSettings(
      mapPath: "",
      listeners: [
        ListenerSettings(address: .loopback(1), spoken: .postgres(identity: [.user])),
        ListenerSettings(address: .loopback(2), spoken: .tcp(serverNameSuffix: ".a")),
      ])
    var new = old
    Self.encrypt(&new)
    new.listeners[0].pooling = .transaction
    new.listeners[0].proxy = .required
    new.listeners[1].spoken = .tcp(serverNameSuffix: ".b")
    let taken = old.changed(to: new).listeners
    #expect(taken[0].tls == .off && taken[0].pooling == .transaction)
    #expect(taken[0].proxy == .required && taken[0].spoken == .postgres(identity: [.user]))
    #expect(taken[1].spoken == .tcp(serverNameSuffix: ".b"))
    new.listeners[0].spoken = .postgres(identity: [.option])
    #expect(old.changed(to: new).listeners[0].spoken == .postgres(identity: [.option]))
    // Where there is encryption, everything is taken.
    var encrypting = old
    encrypting.tls = new.tls
    let all = encrypting.changed(to: new).listeners[0]
    #expect(all.tls == .required && all.tenantNames.serverNameSuffix == ".db.localhost")
  }

  @Test("what is shown is what is in force, with whether a reload changes it")
  func shown() async throws {
    let changed = try Changed()
    await changed.put {
      $0.timeouts.idle = .seconds(60)
      $0.keepAlive.count = 9
    }
    let shown = changed.router.settingsInForce
    func setting(_ key: String) -> SettingInForce? { shown.first { $0.key == key } }
    #expect(setting("configuration.version")?.value == "2")
    #expect(setting("timeouts.idle")?.value == "60s")
    #expect(setting("timeouts.idle")?.isReloadable == true)
    #expect(setting("keepAlive.count")?.value == "5")
    #expect(setting("keepAlive.count")?.isReloadable == false)
    // Encryption can't be switched on, nor a console opened.
    for key in ["listeners[0].tls", "tls.clientCA", "servers.tls.mode", "admin.users"] {
      #expect(setting(key)?.isReloadable == false, "\(key)")
    }
  }
}
