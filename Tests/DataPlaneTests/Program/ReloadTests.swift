import AdminConsole
import DataPlane
import Files
import Glibc
import ShardMap
import TLS
import Testing

@testable import shardway_router

/// The configuration read again by the program itself: by a signal, by the console, and because the file has changed.
@Suite struct ReloadTests {
  enum Way: CaseIterable { case signal, console, fileChange }

  private static let quiet = "reload: { onFileChange: false }\n"

  /// Has the router read its file in one way.
  private static func reload(_ router: ReloadedRouter, _ way: Way) throws {
    switch way {
    case .signal: router.signal(SIGHUP)
    case .console: _ = try AdminClient(to: router.address("admin")).table("RELOAD")
    // It finds out by itself.
    case .fileChange: break
    }
  }

  @Test("a good file comes into force, and a bad one changes nothing", arguments: Way.allCases)
  func reloads(way: Way) async throws {
    let server = try LoopbackServer()
    let extra = way == .fileChange ? "" : Self.quiet
    let router = try await ReloadedRouter(serverPort: server.port, extra)
    let session = try QuietSession(
      routerPort: try router.address("postgres").port, server: server)
    try router.write(extra + "timeouts: { idle: 7m }\nlog: { level: debug }\n")
    try Self.reload(router, way)
    try await router.logged("configuration 2 in force")
    #expect(try router.setting("timeouts.idle") == "420s")
    #expect(try router.setting("configuration.version") == "2")
    #expect(try router.setting("log.level") == "debug")
    // Of two changes one is wrong: neither comes into force.
    try router.write(extra + "timeouts: { idle: 9m }\npooling: { queryWait: soon }\n")
    try Self.reload(router, way)
    let line = way == .fileChange ? 6 : 7
    if way == .console {
      try await router.logged("RELOAD: ")
    } else {
      try await router.logged("router.yaml:\(line): pooling.queryWait")
      #expect(router.log.contains("version 2 stays in force"))
    }
    #expect(try router.setting("timeouts.idle") == "420s")
    #expect(try router.setting("configuration.reloads") == "1")
    #expect(try router.setting("configuration.reloadsRefused") == "1")
    let why = try router.setting("configuration.lastRefusal") ?? ""
    #expect(why.contains("router.yaml:\(line): pooling.queryWait"), "\(why)")
    // Mended, it is taken.
    try router.write(extra + "timeouts: { idle: 9m }\n")
    try Self.reload(router, way)
    try await router.logged("configuration 3 in force")
    #expect(try router.setting("timeouts.idle") == "540s")
    withExtendedLifetime(session) {}
  }

  @Test("what needs a restart is named with its line")
  func notices() async throws {
    let server = try LoopbackServer()
    let router = try await ReloadedRouter(serverPort: server.port, Self.quiet)
    try router.write(Self.quiet + "keepAlive: { count: 9 }\ntimeouts: { move: 1s }\n")
    router.signal(SIGHUP)
    try await router.logged("configuration 2 in force")
    #expect(router.log.contains("router.yaml:6: keepAlive.count: needs a restart"))
    #expect(!router.log.contains("timeouts.move: needs"))
    #expect(try router.setting("keepAlive.count") == "5")
  }

  @Test("files are read when they have changed and two looks agree, once for each change")
  func settling() throws {
    let folder = try TemporaryFolder()
    func stamps(_ content: String) throws -> [FileStamp?] {
      [FileStamp(of: try folder.write(Array(content.utf8), to: "next")), nil]
    }
    let first = try stamps("a")
    let second = try stamps("bb")
    let third = try stamps("ccc")
    var settling = FileSettling(first)
    let looks: [([FileStamp?], Bool)] = [
      (first, false), (second, false), (third, false), (third, true), (third, false),
      (second, false), (third, false), (second, false), (second, true), (second, false),
    ]
    for (place, (stamps, isToBeRead)) in looks.enumerated() {
      let found = settling.look(stamps)
      #expect(found == isToBeRead, "look \(place)")
    }
    settling.take(first)
    let found = settling.look(first)
    #expect(!found)
  }

  @Test("fields that take effect without a restart are told from the others")
  func fields() {
    func settings(_ change: (inout RouterSettings) -> Void = { _ in }) -> RouterSettings {
      var settings = RouterSettings(
        mapPath: "m",
        listeners: [ListenerSettings(address: .loopback(1), spoken: .postgres(identity: [.user]))])
      settings.admin = AdminSettings(
        address: .loopback(3), access: AdminAccess(users: ["olga"], statsUsers: [], method: .trust))
      change(&settings)
      return settings
    }
    let same = ReloadableFields(from: settings(), to: settings())
    for field in [
      "admin.users[0]", "timeouts.idle", "limits.waitingLogins", "limits.clientConnections",
      "pooling.queryWait", "pooling.authQuery.user", "log.level", "servers.applicationName",
      "vpcEndpoints.vpce-1", "listeners[0].proxyProtocol.optionalFrom[0]", "listeners[0].pooling",
      "listeners[0].identity[0]", "dedicated[0].connections",
    ] { #expect(same.contains(field), "\(field)") }
    for field in [
      "map", "workers", "admin.address", "admin.usersFile", "pooling.serversPerInstance",
      "pooling.serversPerWorker", "servers.proxyProtocol", "limits.relayMiBPerWorker",
      "listeners[0].address",
      "listeners[0].protocol", "dedicated[0].workers", "probes.interval", "timeoutsOfOthers",
    ] { #expect(!same.contains(field), "\(field)") }
    let more = settings { $0.limits.clientConnections += 1 }
    #expect(!ReloadableFields(from: settings(), to: more).contains("limits.clientConnections"))
    let moved = settings { $0.listeners[0].address = .loopback(2) }
    #expect(!ReloadableFields(from: settings(), to: moved).contains("listeners[0].proxyProtocol"))
    let opened = ReloadableFields(from: settings { $0.admin = nil }, to: settings())
    #expect(!opened.contains("admin.users[0]"))
  }

  @Test("what listeners say of encryption takes effect where there is some from the start")
  func fieldsOfEncryption() {
    func settings(_ identity: [IdentitySource], isEncrypting: Bool) -> RouterSettings {
      var settings = RouterSettings(
        mapPath: "m",
        listeners: [
          ListenerSettings(address: .loopback(1), spoken: .postgres(identity: identity)),
          ListenerSettings(address: .loopback(2), spoken: .tcp(serverNameSuffix: ".a")),
        ])
      guard isEncrypting else { return settings }
      settings.tls = ClientTLSSettings(serving: TLSContext.ServerSettings(certificates: []))
      settings.listeners[0].tls = .required
      return settings
    }
    let fields = [
      "listeners[0].tls", "listeners[0].sniSuffix", "listeners[0].certificateTenant.prefix",
      "listeners[0].identity[0]",
    ]
    for source in [IdentitySource.serverName, .certificate] {
      let wanted = settings([source, .user], isEncrypting: true)
      let plain = ReloadableFields(from: settings([.user], isEncrypting: false), to: wanted)
      let encrypting = ReloadableFields(from: settings([.user], isEncrypting: true), to: wanted)
      for field in fields {
        #expect(!plain.contains(field) && encrypting.contains(field), "\(field)")
      }
      #expect(plain.contains("listeners[0].pooling") && plain.contains("listeners[1].sniSuffix"))
    }
  }
}
