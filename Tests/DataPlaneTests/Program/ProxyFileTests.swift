import ConfigurationFile
import DataPlane
import ShardMap
import Testing

@testable import shardway_router

/// What the configuration says of PROXY headers.
@Suite struct ProxyFileTests {
  private func load(_ listener: String, _ rest: String = "") throws -> RouterSettings {
    try RouterFile.load(
      text: """
        map: /tmp/map.swmap
        listeners:
          - address: "127.0.0.1:6432"
            protocol: postgres
            \(listener)
        \(rest)
        """
    ).settings
  }

  @Test("nothing is awaited or told unless it is asked for")
  func defaults() throws {
    let settings = try load("pooling: session")
    #expect(settings.listeners[0].proxy == .off)
    #expect(settings.listeners[0].spoken == .postgres(identity: [.option, .user, .database]))
    #expect(settings.servers == ServerSettings() && settings.vpcEndpoints.isEmpty)
  }

  @Test("headers are off, required, or optional from networks")
  func acceptance() throws {
    #expect(try load("proxyProtocol: off").listeners[0].proxy == .off)
    #expect(try load("proxyProtocol: required").listeners[0].proxy == .required)
    let blocks = try ["10.0.0.0/8", "fd00::/8"].map { try #require(AddressBlock($0)) }
    #expect(
      try load("proxyProtocol: { optionalFrom: [10.0.0.0/8, \"fd00::/8\"] }").listeners[0].proxy
        == .optional(from: blocks))
  }

  @Test("endpoints, servers and identities are read")
  func others() throws {
    let settings = try load(
      "proxyProtocol: required\n    identity: [vpc-endpoint, proxy, option]",
      "vpcEndpoints: { vpce-1: acme }\n"
        + "servers: { proxyProtocol: v2, relayProxyProtocol: v2, applicationName: client-address }")
    #expect(settings.vpcEndpoints == [Array("vpce-1".utf8): Array("acme".utf8)])
    #expect(settings.servers.announcement == .version2)
    #expect(settings.servers.relayAnnouncement == .version2)
    #expect(settings.servers.applicationName == .clientAddress)
    #expect(
      settings.listeners[0].spoken == .postgres(identity: [.vpcEndpoint, .proxy, .option]))
  }

  static let faults: [(String, String, String)] = [
    ("proxyProtocol: on-demand", "", ":5: listeners[0].proxyProtocol: \"on-demand\" must be off"),
    ("proxyProtocol: { from: [] }", "", ":5: listeners[0].proxyProtocol"),
    (
      "proxyProtocol: { optionalFrom: [] }", "",
      "listeners[0].proxyProtocol.optionalFrom: name at least one network"
    ),
    (
      "proxyProtocol: { optionalFrom: [10.0.0.1/8] }", "",
      ":5: listeners[0].proxyProtocol.optionalFrom[0]: \"10.0.0.1/8\" is no network"
    ),
    ("identity: [proxy]", "", ":5: listeners[0].identity[0]: proxy needs the listener's"),
    (
      "proxyProtocol: required\n    identity: [vpc-endpoint]", "",
      "listeners[0].identity[0]: vpc-endpoint needs the table"
    ),
    ("pooling: session", "vpcEndpoints: { vpce-1: \"\" }", ":6: vpcEndpoints.vpce-1: must be"),
    ("pooling: session", "servers: { proxyProtocol: v1 }", ":6: servers.proxyProtocol: must be"),
    ("pooling: session", "servers: { applicationName: x }", ":6: servers.applicationName: must"),
  ]

  @Test("a fault is told with file and line", arguments: faults)
  func fault(listener: String, rest: String, text: String) {
    let error = #expect(throws: ConfigurationError.self) { try load(listener, rest) }
    #expect(error.map { "\($0)" }?.contains(text) == true, "\(error.map { "\($0)" } ?? "")")
  }
}
