import ConfigurationFile
import DataPlane
import Glibc
import Privileges
import RouterHTTP
import ShardMap
import Testing

@testable import shardway_router

@Suite("The configuration of a router's life")
struct LifecycleFileTests {
  @Test("a router without the sections stops at once, answers nobody and keeps its rights")
  func none() throws {
    let file = try RouterFile.load(sections: "")
    #expect(file.settings.drain == nil)
    #expect(file.health == nil)
    #expect(file.security == nil)
  }

  @Test("a drain has times that fit a balancer, unless others are given")
  func drain() throws {
    #expect(try RouterFile.load(sections: "drain: {}").settings.drain == DrainPlan())
    let given = try RouterFile.load(
      sections: "drain: { keepAccepting: 5s, spread: 0s, deadline: 1m }"
    ).settings.drain
    #expect(
      given == DrainPlan(keepAccepting: .seconds(5), spread: .zero, deadline: .seconds(60)))
  }

  @Test("health has one address or two")
  func health() throws {
    let both = try RouterFile.load(
      sections: "health: { http: \"0.0.0.0:8080\", tcp: \"[::1]:8081\" }"
    ).health
    #expect(both?.http?.description == "0.0.0.0:8080")
    #expect(both?.tcp?.description == "[::1]:8081")
    #expect(try RouterFile.load(sections: "health: { tcp: \"127.0.0.1:0\" }").health?.http == nil)
  }

  @Test("security names a user of the machine, and what becomes of system calls")
  func security() throws {
    let security = try #require(
      try RouterFile.load(sections: "security: { user: root, seccomp: log }").security)
    #expect(security.account?.name == "root")
    #expect(security.filter == .log)
    #expect(try RouterFile.load(sections: "security: {}").security == SecuritySettings())
  }

  static let faults: [(String, String)] = [
    (
      "drain: { keepAccepting: 90s, spread: 30s, deadline: 100s }",
      "4: drain.deadline: is 100.0 seconds, before"
    ),
    ("drain: { spread: soon }", "4: drain.spread: \"soon\" must be a time"),
    ("drain: { linger: 1s }", "4: drain.linger"),
    ("health: {}", "4: health: name an address"),
    ("health: { http: here }", "4: health.http: \"here\" is no address"),
    ("security: { seccomp: maybe }", "4: security.seccomp: must be one of off, log, enforce"),
    ("security: { group: root }", "4: security.group: needs security.user"),
    (
      "security: { user: nobody-of-that-name }",
      "4: security.user: there is no user \"nobody-of-that-name\""
    ),
    (
      "security: { user: root, group: no-such-group }",
      "4: security.group: there is no group \"no-such-group\""
    ),
  ]

  @Test("what can't be right is told with its line", arguments: faults)
  func faulty(section: String, message: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try RouterFile.load(sections: section) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(message), "\(error.map { "\($0)" } ?? "")")
  }

  @Test("a credential of the service manager is found by its name, whatever its mode")
  func credentials() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("hush\n".utf8), to: "probe-password")
    #expect(chmod(path, 0o440) == 0)
    let credentials = String(path.dropLast("/probe-password".count))
    func content(_ name: String) throws(FieldError) -> [UInt8] {
      try SecretFile.content("credential:\(name)", "f", credentials: credentials)
    }
    #expect(try content("probe-password") == Array("hush".utf8))
    #expect(throws: FieldError.self) { try content("other") }
    #expect(throws: FieldError.self) { try content("../passwd") }
    #expect(throws: FieldError.self) {
      try SecretFile.content("credential:probe-password", "f", credentials: nil)
    }
    // The same file, by its path, is held to what files are held to.
    #expect(throws: FieldError.self) { try SecretFile.content(path, "f") }
  }
}
