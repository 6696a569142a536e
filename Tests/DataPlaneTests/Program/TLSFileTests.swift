import ConfigurationFile
import DataPlane
import Foundation
import Processes
import TLS
import Testing

@testable import shardway_router

@Suite("The configuration of TLS")
struct TLSFileTests {
  /// A folder with certificates for `one.example.com` and `two.example.com`, made once.
  private static let made = Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "router-tls-\(UInt64.random(in: 0 ... .max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["one", "two"] {
      _ = try SelfSignedCertificate(name, for: ["DNS:\(name).example.com"], in: folder)
    }
    return folder
  }

  private static let head = """
    map: /tmp/map.swmap
    listeners:
      - { address: "127.0.0.1:6432", protocol: postgres, tls: required }

    """
  private static let certificate = "certificates: [{ certificate: @/one.crt, key: @/one.key }]"

  /// Loads a configuration, in which `@` is the folder of the certificates.
  private func load(_ text: String) throws -> RouterFile {
    let folder = try Self.made.get()
    return try RouterFile.load(text: text.replacing("@", with: folder))
  }

  @Test("there is none unless it is asked for")
  func none() throws {
    let settings = try load(
      "map: /tmp/map.swmap\nlisteners: [{ address: \"127.0.0.1:1\", protocol: postgres }]"
    ).settings
    #expect(settings.tls == nil)
    #expect(settings.serverTLS == nil)
    #expect(settings.listeners[0].tls == .off)
  }

  @Test("takes certificates, and is careful with clients by default")
  func least() throws {
    let settings = try load(Self.head + "tls: { \(Self.certificate) }").settings
    let tls = try #require(settings.tls)
    #expect(settings.listeners[0].tls == .required)
    #expect(tls.serving.certificates.map(\.names) == [["one.example.com"]])
    #expect(tls.serving.clientCertificates == .none)
    #expect(tls.serving.oldestVersion == .tls12)
    #expect(tls.serving.ticketKeys?.lifetime == .seconds(7200))
    #expect(tls.handshakeTimeout == .seconds(10))
  }

  @Test("takes everything that can be said of clients")
  func clients() throws {
    let settings = try load(
      """
      map: /tmp/map.swmap
      listeners:
        - address: "127.0.0.1:6432"
          protocol: postgres
          tls: optional
          identity: [server-name, certificate, option]
          sniSuffix: ".DB.example.com"
          certificateTenant: { prefix: "spiffe://example.com/tenant/" }
      tls:
        certificates:
          - { names: ["*.db.example.com"], certificate: @/one.crt, key: @/one.key }
          - { certificate: @/two.crt, key: @/two.key }
        clientCA: @/two.crt
        clientCertificates: required
        minimumVersion: "1.3"
        ticketLifetime: 0s
        handshake: { timeout: 3s, memoryMiB: 8 }
      """
    ).settings
    let tls = try #require(settings.tls)
    #expect(
      tls.serving.certificates.map(\.names) == [["*.db.example.com"], ["two.example.com"]])
    #expect(tls.serving.clientAuthorities?.path.hasSuffix("two.crt") == true)
    #expect(tls.serving.clientCertificates == .required)
    #expect(tls.serving.oldestVersion == .tls13)
    #expect(tls.serving.ticketKeys == nil)
    #expect(tls.handshakeTimeout == .seconds(3))
    #expect(tls.handshakeMemoryBytes == 8 << 20)
    let listener = settings.listeners[0]
    #expect(listener.tls == .optional)
    #expect(listener.spoken == .postgres(identity: [.serverName, .certificate, .option]))
    #expect(listener.tenantNames.serverNameSuffix == ".db.example.com")
    #expect(listener.tenantNames.certificatePrefix == "spiffe://example.com/tenant/")
  }

  @Test("checks servers' certificates and names unless it is told otherwise")
  func servers() throws {
    let head =
      "map: /tmp/map.swmap\nlisteners: [{ address: \"127.0.0.1:1\", protocol: postgres }]\n"
    func servers(_ section: String) throws -> ServerTLSSettings? {
      try load(head + "servers: { tls: \(section) }").settings.serverTLS
    }
    let full = try #require(try servers("{ ca: @/one.crt }"))
    #expect(full.clients[0].verification == .verifyFull)
    #expect(full.shard("any") == ServerTLSSettings.Target())
    let named = try #require(
      try servers(
        """
        { mode: verify-ca, ca: @/one.crt, names: [{ shard: s1, serverName: db1.example.com },
          { shard: s2, ca: @/two.crt }, { pool: s1, serverName: routers.example.com, ca: @/two.crt }] }
        """))
    #expect(named.clients.map(\.verification) == [.verifyCA, .verifyCA, .verifyCA])
    #expect(named.clients[1].authorities?.path.hasSuffix("two.crt") == true)
    #expect(named.shard("s1") == ServerTLSSettings.Target(serverName: "db1.example.com"))
    #expect(named.shard("s2") == ServerTLSSettings.Target(client: 1))
    #expect(
      named.pool("s1")
        == ServerTLSSettings.Target(serverName: "routers.example.com", client: 2))
    #expect(named.pool("s2") == ServerTLSSettings.Target())
    #expect(try servers("{ mode: require }")?.clients[0].verification == .require)
    #expect(try servers("{}")?.clients[0].authorities == nil)
    #expect(try servers("{ mode: off }") == nil)
  }

  private static let listener = "map: /tmp/map.swmap\nlisteners:\n  - address: \"127.0.0.1:1\"\n"
  static let faults: [(String, String)] = [
    (head + "tls: { certificates: [] }", "4: tls.certificates: name a certificate"),
    (
      head + "tls:\n  certificates:\n    - { certificate: /nowhere.crt, key: @/one.key }",
      "6: tls.certificates[0].certificate: the certificate file /nowhere.crt can't be used: No such file"
    ),
    (
      head + "tls:\n  certificates:\n    - { certificate: @/one.crt, key: @/two.key }",
      "6: tls.certificates[0].key: the key file"
    ),
    (
      head + "tls:\n  certificates:\n    - { certificate: @/one.crt, key: @/one.crt }",
      "can be read by others than its owner: chmod 600 it"
    ),
    (
      head + "tls:\n  \(certificate)\n  clientCA: /nowhere.crt",
      "6: tls.clientCA: the certificate file /nowhere.crt can't be used"
    ),
    (
      head + "tls:\n  \(certificate)\n  clientCertificates: required",
      "6: tls.clientCertificates: needs tls.clientCA"
    ),
    (
      head + "tls:\n  \(certificate)\n  clientCA: @/one.crt\n  clientCertificates: none",
      "6: tls.clientCA: is of no use"
    ),
    (
      head + "tls:\n  \(certificate)\n  minimumVersion: \"1.1\"",
      "6: tls.minimumVersion: must be one of 1.2, 1.3"
    ),
    (
      head + "tls:\n  \(certificate)\n  ticketLifetime: 200h",
      "6: tls.ticketLifetime: must be 0s, or 1s to 168h"
    ),
    (head, "3: listeners[0].tls: needs the section tls"),
    (
      listener
        + "    protocol: tcp\n    sniSuffix: \".a\"\n    tls: required\ntls: { \(certificate) }",
      "6: listeners[0].tls: can't be required for protocol tcp"
    ),
    (
      listener + "    protocol: postgres\n    identity: [server-name]\n    sniSuffix: \".a\"",
      "5: listeners[0].identity[0]: server-name needs tls"
    ),
    (
      listener
        + "    protocol: postgres\n    tls: optional\n    identity: [certificate]\ntls: { \(certificate) }",
      "6: listeners[0].identity[0]: certificate needs tls.clientCA"
    ),
    (
      listener
        + "    protocol: postgres\n    tls: optional\n    identity: [server-name]\ntls: { \(certificate) }",
      "listeners[0].sniSuffix: is needed for identity server-name"
    ),
    (
      listener + "    protocol: postgres\n    sniSuffix: \".a\"",
      "5: listeners[0].sniSuffix: is for protocol tcp, and for identity server-name"
    ),
    (
      listener + "    protocol: postgres\nservers:\n  tls:\n    mode: verify",
      "7: servers.tls.mode: must be one of off, require, verify-ca, verify-full"
    ),
    (
      listener + "    protocol: postgres\nservers:\n  tls:\n    ca: @/one.key",
      "7: servers.tls.ca: the certificate file"
    ),
    (
      listener + "    protocol: postgres\nservers:\n  tls:\n    mode: require\n    ca: @/one.crt",
      "8: servers.tls.ca: is of no use with mode: require"
    ),
    (
      listener
        + "    protocol: postgres\nservers:\n  tls:\n    names:\n      - { shard: s }\n      - { shard: s }",
      "9: servers.tls.names[1].shard: \"s\" is there twice"
    ),
    (
      listener
        + "    protocol: postgres\nservers:\n  tls:\n    names:\n      - { pool: p }\n      - { pool: p }",
      "9: servers.tls.names[1].pool: \"p\" is there twice"
    ),
    (
      listener
        + "    protocol: postgres\nservers:\n  tls:\n    names:\n      - { serverName: a.example }",
      "8: servers.tls.names[0]: name a shard or a pool"
    ),
    (
      listener
        + "    protocol: postgres\nservers:\n  tls:\n    names:\n      - { shard: s, pool: p }",
      "8: servers.tls.names[0]: name a shard or a pool"
    ),
  ]

  @Test("is refused with line and reason where it can't be right", arguments: faults)
  func fault(text: String, expected: String) {
    #expect {
      try load(text)
    } throws: {
      let matches = "\($0)".contains(expected)
      if !matches { Issue.record("\($0)") }
      return matches
    }
  }

  @Test("is not switched on by a reload, which says so of the listeners as well")
  func reload() throws {
    let folder = try TemporaryFolder()
    let made = try Self.made.get()
    func write(_ text: String) throws -> String {
      try folder.write(Array(text.replacing("@", with: made).utf8), to: "router.yaml")
    }
    let plain = try RouterFile.load(try write(RouterFile.leastText))
    let reloading = ConfigurationReloading(plain)
    _ = try write(Self.head + "tls: { \(Self.certificate) }")
    guard case .good(let settings, let notices) = reloading.read() else {
      Issue.record("the file is good")
      return
    }
    #expect(
      notices.contains { $0.hasSuffix(":3: listeners[0].tls: needs a restart") }, "\(notices)")
    #expect(
      notices.contains { $0.hasSuffix(":4: tls.certificates[0].key: needs a restart") },
      "\(notices)")
    #expect(plain.settings.changed(to: settings).listeners[0].tls == .off)
    withExtendedLifetime(folder) {}
  }

  @Test("names certificates that have ended, or soon will")
  func warnings() throws {
    let material = TLSMaterial(
      of: try load(Self.head + "tls: { \(Self.certificate) }").settings)
    func warning(after days: Double) -> String? {
      CertificateWarning.all(material, at: .now.addingTimeInterval(days * 86_400)).first
    }
    #expect(warning(after: -1)?.contains("is good from") == true)
    #expect(warning(after: 0.1)?.contains("renew it before") == true)
    #expect(warning(after: 3)?.contains("one.crt ended 20") == true)
  }

  @Test("takes renewed files once they fit together, and keeps the tickets' keys")
  func renewal() throws {
    let folder = try TemporaryFolder()
    let made = try Self.made.get()
    func copy(_ name: String, to other: String) throws {
      let bytes = try Data(contentsOf: URL(filePath: "\(made)/\(name)"))
      try bytes.write(to: URL(filePath: "\(folder.path)/\(other)"), options: .atomic)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: "\(folder.path)/\(other)")
    }
    try copy("one.crt", to: "live.crt")
    try copy("one.key", to: "live.key")
    let settings = try load(
      Self.head
        + "tls: { certificates: [{ certificate: \(folder.path)/live.crt, key: \(folder.path)/live.key }] }"
    ).settings
    var duty = TLSDuty(settings)
    let keys = duty.material.clients?.serving.ticketKeys
    try copy("two.crt", to: "live.crt")
    #expect(throws: TLSError.self) { try duty.reload() }
    #expect(duty.material.certificates.map(\.names) == [["one.example.com"]])
    try copy("two.key", to: "live.key")
    let renewed = try duty.reload()
    #expect(renewed.certificates.map(\.names) == [["two.example.com"]])
    #expect(renewed.clients?.serving.ticketKeys === keys)
    let again = duty.take(
      try load(Self.head + "tls: { \(Self.certificate) }").settings)
    #expect(again.certificates.map(\.names) == [["one.example.com"]])
    #expect(again.clients?.serving.ticketKeys === keys)
    let other = duty.take(
      try load(Self.head + "tls: { \(Self.certificate), ticketLifetime: 1h }").settings)
    #expect(other.clients?.serving.ticketKeys !== keys)
  }
}
