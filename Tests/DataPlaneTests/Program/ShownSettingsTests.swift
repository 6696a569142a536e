import Processes
import Testing

@testable import DataPlane
@testable import shardway_router

@Suite("The settings as they are shown")
struct ShownSettingsTests {
  private static let password = "tell-nobody"
  private static let storedKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
  private static let verifiers =
    "\"olga\" \"SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$\(storedKey):\(storedKey)\"\n"

  /// A file with every section, and each entry of a list at least once; `@` stands for a folder.
  private static let everything = """
    map: /tmp/map.swmap
    freshness: { page: /tmp/map.page }
    probes: { user: prober, passwordFile: @/password, interval: 250ms }
    location: { region: local, zone: local-a }
    workers: 2
    listeners:
      - address: "127.0.0.1:6432"
        protocol: postgres
        tls: optional
        identity: [server-name, certificate, option]
        sniSuffix: ".db.example.com"
        certificateTenant: { prefix: "spiffe://example.com/" }
        pooling: transaction
        proxyProtocol: { optionalFrom: [10.0.0.0/8] }
      - { address: "127.0.0.1:6433", protocol: tcp, sniSuffix: ".db.localhost" }
    pooling:
      queueTarget: 500us
      authQuery: { user: asker, query: "SELECT $1", passwordFile: @/password }
      mockSecretFile: @/password
    pool: { id: shared, router: r1 }
    dedicated: [{ label: gold, workers: 1 }]
    admin: { address: "127.0.0.1:6434", users: [olga], verifierFile: @/verifiers }
    drain: { keepAccepting: 1s, spread: 2s, deadline: 3s }
    health: { http: "127.0.0.1:8080", tcp: "127.0.0.1:8081" }
    security: { user: root, group: root, seccomp: log }
    http: { address: "127.0.0.1:6435", latencyBuckets: [250us, 2500us, 1s] }
    restart: { socket: /run/shardway/restart }
    tls:
      certificates: [{ certificate: @/one.crt, key: @/one.key }]
      clientCA: @/one.crt
      ticketLifetime: 1h
      handshake: { memoryMiB: 8 }
    servers:
      tls:
        ca: @/one.crt
        names: [{ shard: s1, serverName: db.example.com }, { pool: p1, ca: @/two.crt }]
    vpcEndpoints: { vpce-1: acme }
    log: { level: debug, format: json, perCauseASecond: 5 }
    tracing: { endpoint: "http://127.0.0.1:4318", sample: 0.5%, slow: 100ms, queue: 100 }
    reload: { onFileChange: false }
    ring: { without: [futex-wait] }
    """

  /// What is shown of the file with everything, in this folder.
  private static func shown(in folder: TemporaryFolder) throws -> [SettingInForce] {
    for name in ["one", "two"] {
      _ = try SelfSignedCertificate(name, for: ["DNS:\(name).example.com"], in: folder.path)
    }
    try folder.write(Array("\(password)\n".utf8), to: "password")
    try folder.write(Array(verifiers.utf8), to: "verifiers")
    return try RouterFile.load(text: everything.replacing("@", with: folder.path)).settings.shown
  }

  /// A key without places in lists, as the sections of the file have it: `listeners.address`.
  private static func general(_ key: String) -> String {
    key.replacing(/\[[0-9]+\]/, with: "")
  }

  @Test("are all that the file knows, each once")
  func complete() throws {
    let folder = try TemporaryFolder()
    let shown = try Self.shown(in: folder)
    #expect(Set(shown.map(\.key)).count == shown.count)
    let keys = Set(shown.map { Self.general($0.key) })
    for (section, names) in RouterYAML.knownKeys {
      for name in names {
        let path = section.isEmpty ? name : "\(section).\(name)"
        // Some are sections themselves, and some are shown as a whole.
        let isSection = RouterYAML.knownKeys[path] != nil
        #expect(isSection || keys.contains(path) || keys.contains(section), "\(path)")
      }
    }
    withExtendedLifetime(folder) {}
  }

  @Test("have no secret, but the paths of their files")
  func secrets() throws {
    let folder = try TemporaryFolder()
    let shown = try Self.shown(in: folder)
    for setting in shown {
      let value = setting.value ?? ""
      for secret in [Self.password, Self.storedKey, "PRIVATE KEY"] {
        #expect(!value.contains(secret), "\(setting.key)")
      }
    }
    for (key, file) in [
      ("probes.passwordFile", "password"), ("pooling.authQuery.passwordFile", "password"),
      ("pooling.mockSecretFile", "password"), ("admin.verifierFile", "verifiers"),
      ("tls.certificates[0].key", "one.key"),
    ] {
      #expect(shown.first { $0.key == key }?.value == "\(folder.path)/\(file)", "\(key)")
    }
  }

  @Test("have the values that the file has, and the defaults")
  func values() throws {
    let folder = try TemporaryFolder()
    let shown = try Self.shown(in: folder)
    let expected: [(key: String, value: String?, standard: String?)] = [
      ("listeners[0].protocol", "postgres", nil),
      ("listeners[0].identity", "server-name, certificate, option", "option, user, database"),
      ("listeners[0].sniSuffix", ".db.example.com", nil),
      ("listeners[0].certificateTenant.prefix", "spiffe://example.com/", ""),
      ("listeners[0].proxyProtocol", "optionalFrom 10.0.0.0/8", "off"),
      ("listeners[1].protocol", "tcp", nil), ("listeners[1].identity", nil, nil),
      ("listeners[1].sniSuffix", ".db.localhost", nil),
      ("pooling.queueTarget", "500us", "0s"),
      ("pooling.authQuery.database", "postgres", "postgres"),
      ("pooling.authQuery.query", "SELECT $1", AuthQueryRole.catalogQuery),
      ("tls.ticketLifetime", "3600s", "7200s"), ("tls.handshake.memoryMiB", "8", "64"),
      ("tls.clientCertificates", "optional", "optional"),
      ("servers.tls.mode", "verify-full", "verify-full"),
      ("servers.tls.names[0].shard", "s1", nil),
      ("servers.tls.names[0].serverName", "db.example.com", nil),
      ("servers.tls.names[0].ca", "\(folder.path)/one.crt", "\(folder.path)/one.crt"),
      ("servers.tls.names[1].pool", "p1", nil),
      ("servers.tls.names[1].ca", "\(folder.path)/two.crt", "\(folder.path)/one.crt"),
      ("http.address", "127.0.0.1:6435", nil), ("health.tcp", "127.0.0.1:8081", nil),
      ("security.user", "root", nil), ("security.seccomp", "log", "off"),
      ("restart.socket", "/run/shardway/restart", nil),
      ("tracing.endpoint", "http://127.0.0.1:4318/v1/traces", nil),
      ("tracing.sample", "0.5%", "1%"), ("tracing.slow", "100ms", "250ms"),
      ("tracing.queue", "100", "2048"), ("drain.deadline", "3s", "300s"),
      ("log.level", "debug", "info"), ("log.format", "json", "text"),
      ("log.perCauseASecond", "5", "20"), ("reload.onFileChange", "false", "true"),
      ("ring.without", "futex-wait", nil), ("vpcEndpoints", "1", "0"),
    ]
    for (key, value, standard) in expected {
      let setting = SettingInForce(key: key, value: value, standard: standard)
      #expect(shown.first { $0.key == key } == setting)
    }
    let buckets = shown.first { $0.key == "http.latencyBuckets" }
    #expect(buckets?.value == "250us, 2500us, 1s")
    #expect(buckets?.standard?.hasPrefix("250us, 500us, 1ms, 2500us, 5ms") == true)
  }

  @Test("have no value in a section that is not there")
  func missing() throws {
    let shown = try RouterFile.load(sections: "").settings.shown
    for (key, standard) in [
      ("drain.keepAccepting", "90s"), ("drain.spread", "30s"), ("drain.deadline", "300s"),
      ("probes.interval", "500ms"), ("tls.minimumVersion", "1.2"), ("tracing.sample", "1%"),
      ("security.seccomp", "off"), ("admin.authentication", "scram"),
    ] {
      let setting = SettingInForce(key: key, value: nil, standard: standard)
      #expect(shown.first { $0.key == key } == setting)
    }
    #expect(shown.first { $0.key == "servers.tls.mode" }?.value == "off")
  }

  @Test("of what only the program has to do with, a reload changes what takes effect")
  func reload() throws {
    let before = try RouterFile.load(sections: "log: { level: info, format: text }\n").settings
    let after = try RouterFile.load(
      sections: """
        log: { level: debug, format: json }
        reload: { onFileChange: false }
        health: { tcp: "127.0.0.1:1" }
        """
    ).settings
    let shown = before.changed(to: after).shown
    let expected: [(String, String?)] = [
      ("log.level", "debug"), ("log.format", "text"), ("reload.onFileChange", "false"),
      ("health.tcp", nil),
    ]
    for (key, value) in expected {
      #expect(shown.first { $0.key == key }?.value == value, "\(key)")
    }
  }

  static let times: [(Duration, String)] = [
    (.zero, "0s"), (.nanoseconds(1), "1ns"), (.microseconds(500), "500us"),
    (.microseconds(2500), "2500us"), (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"),
  ]

  @Test("times are not rounded", arguments: times)
  func isExact(time: Duration, text: String) {
    #expect(time.settingText == text)
  }
}
