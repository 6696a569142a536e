import ConfigurationFile
import DataPlane
import Logging
import Testing
import Uring

@testable import shardway_router

@Suite("The router's configuration file")
struct RouterFileTests {
  @Test("needs a map and a listener, and has a default for all else")
  func defaults() throws {
    let file = try RouterFile.load(sections: "")
    #expect(file.settings.mapPath == "/tmp/map.swmap")
    #expect(file.settings.workerCount == nil && file.settings.region == nil)
    #expect(file.settings.limits == SessionLimits())
    #expect(file.settings.timeouts == SessionTimeouts())
    #expect(file.settings.keepAlive == KeepAlive())
    #expect(file.settings.probes == nil)
    #expect(
      file.settings.listeners.map(\.spoken) == [.postgres(identity: [.option, .user, .database])])
    #expect(file.log.level == .info && file.unusedFeatures.isEmpty)
  }

  @Test("every setting arrives where it belongs")
  func everything() throws {
    let file = try RouterFile.load(
      text:
        """
        map: m
        location: { region: near, zone: near-a }
        probes: { user: prober, database: fleet, interval: 1s, connect: 300ms }
        workers: 3
        listeners:
          - { address: "127.0.0.1:0", protocol: postgres, identity: [database, user] }
          - { address: "[::1]:6433", protocol: tcp, sniSuffix: ".DB.localhost" }
        limits: { clientConnections: 77, relayMiBPerWorker: 8 }
        timeouts: { login: 500ms, connect: 2s, idle: 5m, stop: 1h }
        keepAlive: { idle: 1s, interval: 2s, count: 3, userTimeout: 4s }
        log: { level: debug }
        ring: { without: [\(Capabilities.Feature.allCases[0].rawValue)] }
        """)
    let settings = file.settings
    var probes = ProbeSettings(user: "prober")
    (probes.database, probes.interval) = ("fleet", .seconds(1))
    probes.connect = .milliseconds(300)
    #expect(settings.probes == probes)
    #expect(settings.region == "near" && settings.zone == "near-a" && settings.workerCount == 3)
    #expect(
      settings.listeners.map(\.spoken) == [
        .postgres(identity: [.database, .user]), .tcp(serverNameSuffix: ".db.localhost"),
      ])
    #expect(settings.listeners.map { "\($0.address)" } == ["127.0.0.1:0", "[::1]:6433"])
    #expect(settings.limits.clientConnections == 77)
    #expect(settings.limits.relayBytesPerWorker == 8 << 20)
    #expect(settings.timeouts.login == .milliseconds(500))
    #expect(settings.timeouts.connect == .seconds(2))
    #expect(settings.timeouts.idle == .seconds(300) && settings.timeouts.stop == .seconds(3600))
    #expect(settings.keepAlive.idle == .seconds(1) && settings.keepAlive.interval == .seconds(2))
    #expect(settings.keepAlive.count == 3 && settings.keepAlive.userTimeout == .seconds(4))
    #expect(file.log.level == .debug && file.unusedFeatures == [Capabilities.Feature.allCases[0]])
  }

  @Test("the sample configuration is right")
  func sample() throws {
    let file = try RouterFile.load("Config/router.yaml")
    #expect(file.settings.listeners.count == 2)
  }

  @Test(
    "the examples of a pool behind a load balancer are right", arguments: ["premium", "shared"])
  func examples(name: String) throws {
    let file = try RouterFile.load("Config/terraform/examples/\(name)/router.yaml")
    #expect(file.settings.listeners.count == 1 && file.settings.home != nil)
    #expect(file.settings.pooling.authQuery?.user == "shardway")
    #expect(file.settings.drain != nil && file.health != nil)
  }

  /// A fault: a line that stands behind the least configuration, and the field that the error names.
  private static let faults: [(line: String, field: String)] = [
    ("workrs: 2", "workrs"),
    ("limits: { clients: 1 }", "limits.clients"),
    ("limits: { clientConnections: 0 }", "limits.clientConnections"),
    ("limits: { clientConnections: many }", "limits.clientConnections"),
    ("limits: { relayMiBPerWorker: 99999999 }", "limits.relayMiBPerWorker"),
    ("workers: 0", "workers"),
    ("workers: some", "workers"),
    ("timeouts: { login: 0s }", "timeouts.login"),
    ("timeouts: { login: 15 }", "timeouts.login"),
    ("timeouts: { login: -1s }", "timeouts.login"),
    ("timeouts: { connect: 1d }", "timeouts.connect"),
    ("timeouts: { idle: 99999h }", "timeouts.idle"),
    ("keepAlive: { count: 0 }", "keepAlive.count"),
    ("keepAlive: { idle: 500ms }", "keepAlive.idle"),
    ("log: { level: loud }", "log.level"),
    ("ring: { without: [magic] }", "ring.without[0]"),
    ("probes: {}", "probes.user"),
    ("probes: { user: \"\" }", "probes.user"),
    ("probes: { user: \"a\\0b\" }", "probes.user"),
    ("probes: { user: \(String(repeating: "u", count: 64)) }", "probes.user"),
    ("probes: { user: p, database: \"\" }", "probes.database"),
    ("probes: { user: p, interval: 99ms }", "probes.interval"),
    ("probes: { user: p, interval: 61s }", "probes.interval"),
    ("probes: { user: p, connect: 1ms }", "probes.connect"),
    ("probes: { user: p, password: x }", "probes.password"),
    ("probes: { user: p, passwordFile: /nonexistent/secret }", "probes.passwordFile"),
  ]

  @Test("a fault is told with file, line and field", arguments: faults)
  func telling(line: String, field: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load(sections: line)
    }
    #expect(error.line == 4)
    #expect(error.text.hasPrefix("\(field):"), "\(error)")
    #expect("\(error)".hasPrefix("\(error.path):4: \(field):"))
  }

  /// A fault of a listener, on line 4.
  private static let listenerFaults: [(entry: String, field: String)] = [
    (#"{ address: "localhost:6432", protocol: postgres }"#, "address"),
    (#"{ address: "127.0.0.1", protocol: postgres }"#, "address"),
    (#"{ address: "127.0.0.1:6432", protocol: postgres }"#, "address"),
    (#"{ address: "127.0.0.1:1", protocol: http }"#, "protocol"),
    (#"{ address: "127.0.0.1:1" }"#, "protocol"),
    (#"{ address: "127.0.0.1:1", protocol: postgres, identity: [] }"#, "identity"),
    (#"{ address: "127.0.0.1:1", protocol: postgres, identity: [user, name] }"#, "identity[1]"),
    (#"{ address: "127.0.0.1:1", protocol: postgres, identity: [user, user] }"#, "identity[1]"),
    (#"{ address: "127.0.0.1:1", protocol: postgres, sniSuffix: ".d" }"#, "sniSuffix"),
    (#"{ address: "127.0.0.1:1", protocol: tcp }"#, "sniSuffix"),
    (#"{ address: "127.0.0.1:1", protocol: tcp, sniSuffix: "d" }"#, "sniSuffix"),
    (#"{ address: "127.0.0.1:1", protocol: tcp, sniSuffix: ".d", identity: [user] }"#, "identity"),
    (#"{ address: "127.0.0.1:1", protocol: postgres, tls: yes }"#, "tls"),
  ]

  @Test("a fault of a listener names which one", arguments: listenerFaults)
  func listeners(entry: String, field: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load(sections: "  - \(entry)")
    }
    #expect(error.line == 4)
    #expect(error.text.hasPrefix("listeners[1].\(field):"), "\(error)")
  }

  @Test(
    "what is no configuration at all is told, too",
    arguments: [
      "", "[1, 2]", "map: x", "listeners: []\nmap: x", "map: [", "map: {}\nlisteners: []",
    ])
  func nonsense(text: String) {
    #expect(throws: ConfigurationError.self) { try RouterFile.load(text: text) }
  }

  @Test("a file that is not there is named")
  func missing() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try RouterFile.load("/nonexistent/router.yaml")
    }
    #expect(error.path == "/nonexistent/router.yaml" && error.line == nil)
  }

  @Test(
    "durations have a unit",
    arguments: [
      ("250us", Duration.microseconds(250)), ("500ms", .milliseconds(500)), ("15s", .seconds(15)),
      ("5m", .seconds(300)), ("1h", .seconds(3600)), ("0s", .zero), ("15", nil), ("s", nil),
      ("", nil), ("1.5s", nil), ("-1s", nil), ("1 s", nil), ("1d", nil),
      ("99999999999999999999s", nil), ("٣s", nil),
    ])
  func durations(text: String, expected: Duration?) {
    #expect(Duration(configured: text) == expected)
  }
}
