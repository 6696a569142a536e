import AdminConsole
import ConfigurationFile
import DataPlane
import Glibc
import ShardMap
import Testing

@testable import shardway_router

@Suite("The configuration of the admin console")
struct AdminFileTests {
  private static let verifier =
    "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$"
    + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

  /// Loads a configuration with this section, which names a file of these verifiers by `SECRET`.
  private func load(
    _ section: String, verifiers: String = "\"olga\" \"\(verifier)\"\n\"sven\" \"\(verifier)\"\n",
    mode: mode_t = 0o600
  ) throws -> RouterFile {
    try RouterFile.load(
      text: RouterFile.leastText + section, secret: verifiers, mode: mode)
  }

  @Test("there is none unless it is asked for")
  func none() throws {
    #expect(try load("").settings.admin == nil)
  }

  @Test("takes users, verifiers and an address")
  func everything() throws {
    let file = try load(
      "admin: { address: \"10.1.2.3:6434\", users: [olga], statsUsers: [sven], verifierFile: SECRET }"
    )
    let admin = try #require(file.settings.admin)
    #expect(admin.address.description == "10.1.2.3:6434")
    #expect(admin.access.rights(of: "olga") == .change)
    #expect(admin.access.rights(of: "sven") == .show)
    #expect(admin.access.rights(of: "eve") == nil)
    guard case .scram(let verifiers) = admin.access.method else {
      Issue.record("users are not trusted unless that is said")
      return
    }
    #expect(Set(verifiers.keys) == ["olga", "sven"])
  }

  @Test("trusts users on a loopback address, if that is said", arguments: ["127.0.0.1", "[::1]"])
  func trust(host: String) throws {
    let file = try load(
      "admin: { address: \"\(host):0\", users: [olga], authentication: trust }")
    guard case .trust = try #require(file.settings.admin).access.method else {
      Issue.record("users are to be trusted")
      return
    }
  }

  static let faults: [(String, String)] = [
    ("address: nowhere", "5: admin.address: \"nowhere\" is no address"),
    ("address: \"127.0.0.1:6432\"\n  users: [olga]", "5: admin.address: a listener has"),
    ("address: \"127.0.0.1:1\"", "5: admin.users: name a user"),
    ("address: \"127.0.0.1:1\"\n  users: [\"\"]", "6: admin.users[0]: must be a name"),
    ("address: \"127.0.0.1:1\"\n  users: [olga]", "5: admin.verifierFile: is needed"),
    (
      "address: \"10.0.0.1:1\"\n  users: [olga]\n  authentication: trust",
      "7: admin.authentication: trust is for loopback addresses only"
    ),
    (
      "address: \"0.0.0.0:1\"\n  users: [olga]\n  authentication: trust",
      "7: admin.authentication: trust is for loopback addresses only"
    ),
    (
      "address: \"127.0.0.1:1\"\n  users: [olga]\n  authentication: password",
      "7: admin.authentication: must be one of scram, trust"
    ),
    (
      "address: \"127.0.0.1:1\"\n  users: [eve]\n  verifierFile: SECRET",
      "has no line for the user \"eve\""
    ),
    (
      "address: \"127.0.0.1:1\"\n  users: [olga]\n  verifierFile: /nowhere",
      "7: admin.verifierFile: /nowhere can't be read"
    ),
    ("address: \"127.0.0.1:1\"\n  port: 3", "6: admin.port: is not a setting"),
  ]

  @Test("a fault is told with file and line", arguments: faults)
  func fault(section: String, text: String) {
    let error = #expect(throws: ConfigurationError.self) { try load("admin:\n  \(section)") }
    #expect("\(error.map { "\($0)" } ?? "")".contains(text), "\(error.map { "\($0)" } ?? "")")
  }

  @Test("the file of verifiers has to be good, and nobody else's")
  func verifierFile() {
    let section = "admin: { address: \"127.0.0.1:1\", users: [olga], verifierFile: SECRET }"
    let open = #expect(throws: ConfigurationError.self) { try load(section, mode: 0o640) }
    #expect(open?.text.contains("chmod 600") == true)
    let bad = #expect(throws: ConfigurationError.self) {
      try load(section, verifiers: "# users\n\"olga\" \"secret\"\n")
    }
    #expect(bad?.text.contains(":2: the verifier is not of the form") == true, "\(bad!)")
    #expect(bad?.text.contains("\"secret\"") == false)
  }

  /// What a reload makes of a second text of the section.
  private func reload(_ before: String, _ after: String) throws -> ConfigurationReading {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array((RouterFile.leastText + before).utf8), to: "router.yaml")
    let reloading = ConfigurationReloading(try RouterFile.load(path))
    try folder.write(Array((RouterFile.leastText + after).utf8), to: "router.yaml")
    return reloading.read()
  }

  private static let trusting =
    "admin: { address: \"127.0.0.1:0\", users: [olga], authentication: trust }\n"

  @Test("a reload takes other users and limits, and says of the rest that it needs a restart")
  func reloadTakes() throws {
    let after =
      "admin: { address: \"127.0.0.1:0\", users: [eve, olga], authentication: trust }\n"
      + "timeouts: { idle: 5m }\nworkers: 3\n"
    guard case .good(let settings, let notices) = try reload(Self.trusting, after) else {
      Issue.record("the file is good")
      return
    }
    #expect(settings.admin?.access.rights(of: "eve") == .change)
    #expect(settings.timeouts.idle == .seconds(300))
    #expect(notices.count == 1)
    #expect(notices.first?.hasSuffix(":6: workers: needs a restart") == true, "\(notices)")
  }

  static let refused: [(String, String)] = [
    ("", "admin: is missing"), ("admin: [", "router.yaml"),
    (
      "admin: { address: \"10.0.0.1:1\", users: [olga], authentication: trust }\n",
      ":4: admin.authentication: trust is for loopback"
    ),
  ]

  @Test("a reload takes nothing of a file that is not good", arguments: refused)
  func reloadRefuses(after: String, text: String) throws {
    guard case .bad(let why) = try reload(Self.trusting, after) else {
      Issue.record("the file is not good")
      return
    }
    #expect(why.contains(text), "\(why)")
  }

  @Test("a reload doesn't turn proofs off, for the router may listen elsewhere than the file says")
  func reloadKeepsProofs() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write(Array("\"olga\" \"\(Self.verifier)\"\n".utf8), to: "secret")
    let proving =
      "admin: { address: \"10.0.0.1:1\", users: [olga], verifierFile: \(secret) }\n"
    guard case .bad(let why) = try reload(proving, Self.trusting) else {
      Issue.record("users were to prove who they are")
      return
    }
    #expect(why.contains(":4: admin.authentication: can't be changed"), "\(why)")
  }

  @Test("a secret that was made up stays the same over a reload")
  func keepsRandomSecret() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(RouterFile.leastText.utf8), to: "router.yaml")
    let file = try RouterFile.load(path)
    guard case .good(let settings, _) = ConfigurationReloading(file).read() else {
      Issue.record("the file is good")
      return
    }
    #expect(settings.pooling.mockSecret == file.settings.pooling.mockSecret)
    #expect(!settings.pooling.mockSecret.isEmpty)
  }

  @Test("what has changed in the file is found with its line")
  func changes() {
    let before = "a: 1\nb: { c: [x, y], d: 2 }\n"
    #expect(ConfigurationChanges.between(before, before) == [])
    let after = "b:\n  c: [x, z]\n  d: 2\ne: 5\n"
    #expect(
      ConfigurationChanges.between(before, after).map { "\($0.field) \($0.line ?? 0)" }
        == ["b.c[1] 2", "e 4", "a 0"])
  }
}
