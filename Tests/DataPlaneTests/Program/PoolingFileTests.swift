import ConfigurationFile
import DataPlane
import Glibc
import Testing

@testable import shardway_router

@Suite("The configuration of pooling")
struct PoolingFileTests {
  private static let least = """
    map: /tmp/map.swmap
    listeners:
      - { address: "127.0.0.1:6432", protocol: postgres, pooling: transaction }
    """

  @Test("needs a role that asks for verifiers, and has a default for all else")
  func defaults() throws {
    let file = try RouterFile.load(
      text: Self.least + "\npooling: { authQuery: { user: shardway } }")
    var expected = PoolingSettings()
    expected.authQuery = AuthQueryRole(user: "shardway")
    expected.mockSecret = file.settings.pooling.mockSecret
    #expect(file.settings.pooling == expected)
    #expect(file.settings.listeners.map(\.pooling) == [.transaction])
    #expect(expected.authQuery?.database == "postgres")
    #expect(expected.authQuery?.query == AuthQueryRole.catalogQuery)
  }

  @Test("a secret that isn't given is made up, each time another")
  func madeUpSecret() throws {
    let secrets = try (0..<2).map { _ in
      try RouterFile.load(text: Self.least + "\npooling: { authentication: trust }").settings
        .pooling.mockSecret
    }
    #expect(secrets[0].count == 32 && secrets[0] != secrets[1])
  }

  @Test("every setting arrives where it belongs")
  func everything() throws {
    let file = try RouterFile.load(
      text:
        Self.least + """

          pooling:
            serversPerPool: 11
            minServersPerPool: 2
            serversPerInstance: 22
            serversPerWorker: 33
            queryWait: 44s
            waitingSessions: 55
            queueTarget: 500ms
            serverIdle: 6m
            serverLifetime: 7h
            serverCheckDelay: 8s
            statementsPerServer: 88
            cleaning: always
            authentication: md5
            authQuery: { user: u, database: d, query: "SELECT f($1)", passwordFile: SECRET }
            mockSecretFile: SECRET
          """, secret: "geheim 1\nrest")
    var expected = PoolingSettings()
    expected.serversPerPool = 11
    expected.minServersPerPool = 2
    expected.serversPerInstance = 22
    expected.serversPerWorker = 33
    expected.queryWait = .seconds(44)
    expected.waitingSessions = 55
    expected.queueTarget = .milliseconds(500)
    expected.serverIdle = .seconds(360)
    expected.serverLifetime = .seconds(25_200)
    expected.serverCheckDelay = .seconds(8)
    expected.statementsPerServer = 88
    expected.cleaning = .always
    expected.authentication = .md5
    expected.authQuery = AuthQueryRole(
      user: "u", database: "d", query: "SELECT f($1)", password: Array("geheim 1".utf8))
    expected.mockSecret = Array("geheim 1".utf8)
    #expect(file.settings.pooling == expected)
  }

  @Test(
    "ways of cleaning and of proving who one is have names",
    arguments: [
      ("dirty", PoolingSettings.Cleaning.whenSoiled), ("always", .always), ("never", .never),
    ])
  func names(name: String, cleaning: PoolingSettings.Cleaning) throws {
    for method in ClientAuthenticationMethod.allCases {
      let line =
        "\npooling: { cleaning: \(name), authentication: \(method.rawValue), authQuery: { user: a } }"
      let settings = try RouterFile.load(text: Self.least + line).settings.pooling
      #expect(settings.cleaning == cleaning && settings.authentication == method)
    }
  }

  @Test("the cap of an instance is none by default and by 0, and at least one for each worker")
  func cap() throws {
    let file = { (workers: String, limit: Int) throws in
      try RouterFile.load(
        text:
          Self.least + "\nworkers: \(workers)"
          + "\npooling: { authentication: trust, serversPerInstance: \(limit) }"
      ).settings.pooling.serversPerInstance
    }
    #expect(try file("4", 0) == nil)
    #expect(try file("4", 4) == 4)
    #expect(try file("auto", 1) == 1)
    let error = try #require(throws: ConfigurationError.self) { try file("4", 3) }
    #expect(error.text.hasPrefix("pooling.serversPerInstance:") && error.text.contains("4"))
  }

  @Test("a listener whose tenants' policies decide needs such a role, too")
  func policy() throws {
    let listener = #"  - { address: "127.0.0.1:1", protocol: postgres, pooling: policy }"#
    let text = "map: m\nlisteners:\n\(listener)"
    let file = try RouterFile.load(text: text + "\npooling: { authentication: trust }")
    #expect(file.settings.listeners.map(\.pooling) == [.policy])
    let error = try #require(throws: ConfigurationError.self) { try RouterFile.load(text: text) }
    #expect(error.text.hasPrefix("pooling.authQuery: is needed"), "\(error)")
  }

  @Test("a listener that does not share needs no such role")
  func session() throws {
    let listener = #"  - { address: "127.0.0.1:1", protocol: postgres, pooling: session }"#
    let file = try RouterFile.load(text: "map: m\nlisteners:\n\(listener)")
    #expect(file.settings.listeners.map(\.pooling) == [.session])
    #expect(file.settings.pooling.authQuery == nil)
  }

  /// A fault, on line 4, and the field that the error names.
  private static let faults: [(section: String, field: String)] = [
    ("serverPerPool: 1", "serverPerPool"),
    ("serversPerPool: 0", "serversPerPool"),
    ("serversPerPool: 10001", "serversPerPool"),
    ("serversPerPool: many", "serversPerPool"),
    ("minServersPerPool: -1", "minServersPerPool"),
    ("serversPerPool: 2, minServersPerPool: 3", "minServersPerPool"),
    ("serversPerInstance: -1", "serversPerInstance"),
    ("serversPerInstance: 100001", "serversPerInstance"),
    ("serverCheckDelay: 30", "serverCheckDelay"),
    ("serversPerWorker: 0", "serversPerWorker"),
    ("serversPerWorker: 65537", "serversPerWorker"),
    ("waitingSessions: -1", "waitingSessions"),
    ("statementsPerServer: 0", "statementsPerServer"),
    ("queryWait: 9ms", "queryWait"),
    ("queryWait: 5", "queryWait"),
    ("serverIdle: 999ms", "serverIdle"),
    ("serverLifetime: 0s", "serverLifetime"),
    ("serverLifetime: 721h", "serverLifetime"),
    ("cleaning: sometimes", "cleaning"),
    ("authentication: password", "authentication"),
    ("authentication: scram", "authQuery"),
    ("authentication: md5", "authQuery"),
    ("authQuery: {}", "authQuery.user"),
    (#"authQuery: { user: "" }"#, "authQuery.user"),
    ("authQuery: { user: a, name: b }", "authQuery.name"),
    (#"authQuery: { user: a, query: "SELECT 1" }"#, "authQuery.query"),
    ("authQuery: { user: a, passwordFile: /nonexistent/secret }", "authQuery.passwordFile"),
    ("authQuery: { user: a }, mockSecretFile: /nonexistent/secret", "mockSecretFile"),
    ("authQuery: { user: a }, mockSecretFile: /tmp", "mockSecretFile"),
  ]

  @Test("a fault is told with file, line and field", arguments: faults)
  func telling(section: String, field: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load(text: Self.least + "\npooling: { \(section) }")
    }
    #expect(error.line == 4)
    #expect("\(error)".hasPrefix("\(error.path):4: pooling.\(field):"), "\(error)")
  }

  @Test(
    "a listener that shares is refused without such a role, even where nothing is said of pooling")
  func missingSection() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load(text: Self.least)
    }
    #expect(error.text.hasPrefix("pooling.authQuery: is needed"), "\(error)")
  }

  @Test(
    "a listener's pooling is one of three, and only for PostgreSQL",
    arguments: [
      #"{ address: "127.0.0.1:1", protocol: postgres, pooling: statement }"#,
      #"{ address: "127.0.0.1:1", protocol: tcp, sniSuffix: ".d", pooling: transaction }"#,
      #"{ address: "127.0.0.1:1", protocol: tcp, sniSuffix: ".d", pooling: policy }"#,
    ])
  func listeners(entry: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load(text: Self.least + "\n  - \(entry)")
    }
    #expect(error.line == 4 && error.text.hasPrefix("listeners[1].pooling:"), "\(error)")
  }

  private static let secretFields = [
    ("authQuery: { user: a, passwordFile: SECRET }", "authQuery.passwordFile"),
    ("authQuery: { user: a }, mockSecretFile: SECRET", "mockSecretFile"),
  ]

  @Test(
    "a secret that others may read, write or run is refused", arguments: secretFields,
    [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666] as [mode_t])
  func openSecret(fields: (section: String, field: String), mode: mode_t) throws {
    let text = Self.least + "\npooling: { \(fields.section) }"
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load(text: text, secret: "geheim", mode: mode)
    }
    #expect(error.line == 4 && error.text.hasPrefix("pooling.\(fields.field):"), "\(error)")
    #expect(error.text.contains("chmod 600"))
    #expect(!error.text.contains("geheim"))
  }

  @Test("a secret that is its owner's alone is taken", arguments: [0o600, 0o400] as [mode_t])
  func closedSecret(mode: mode_t) throws {
    let text = Self.least + "\npooling: { authQuery: { user: a, passwordFile: SECRET } }"
    let file = try RouterFile.load(text: text, secret: "geheim\n", mode: mode)
    #expect(file.settings.pooling.authQuery?.password == Array("geheim".utf8))
  }

  @Test("probes have a secret, too")
  func probes() throws {
    let text =
      Self.least + "\npooling: { authentication: trust }\nprobes: { user: p, passwordFile: SECRET }"
    let file = try RouterFile.load(text: text, secret: "geheim\n")
    #expect(file.settings.probes?.password == Array("geheim".utf8))
    let error = #expect(throws: ConfigurationError.self) {
      try RouterFile.load(text: text, secret: "geheim\n", mode: 0o644)
    }
    #expect(error.map { "\($0)".contains("probes.passwordFile: ") } == true)
  }

  @Test("an empty secret is refused", arguments: secretFields, ["", "\n", "\nbehind"])
  func emptySecret(fields: (section: String, field: String), secret: String) throws {
    let text = Self.least + "\npooling: { \(fields.section) }"
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load(text: text, secret: secret)
    }
    #expect(error.line == 4 && error.text.hasPrefix("pooling.\(fields.field):"), "\(error)")
    #expect(error.text.contains("is empty"))
  }
}
