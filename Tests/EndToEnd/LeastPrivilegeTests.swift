import Foundation
import LocalFleet
import Testing

/// What a router gives up, and that it does its work all the same.
@Suite struct LeastPrivilegeTests {
  /// The value of a line of `/proc/PID/task/*/status`, of each thread of a router.
  private static func status(_ name: String, _ router: LocalRouter) throws -> Set<String> {
    let tasks = "/proc/\(router.process.pid)/task"
    var all: Set<String> = []
    var isRead = false
    for task in try FileManager.default.contentsOfDirectory(atPath: tasks) {
      // A thread may end before its file is read.
      guard let found = try? values(of: name, in: "\(tasks)/\(task)/status") else { continue }
      all.formUnion(found)
      isRead = true
    }
    guard isRead else { throw Missing(what: "a thread in \(tasks)") }
    return all
  }

  private static func values(of name: String, in path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("\(name):") }
      .map { $0.split(separator: "\t").dropFirst().joined(separator: " ") }
  }

  @Test(
    "a router with a user of its own has no rights in any thread, and only a router's system calls",
    .enabled(if: getuid() == 0, "only root may become somebody else"))
  func becomesNobody() async throws {
    let nobody = try #require(getpwnam("nobody")).pointee.pw_uid
    for pooled in [false, true] {
      var options = pooled ? World.pooled(workers: 2) : World.routerOptions(workers: 2)
      options.sections["security"] = "{ user: nobody, seccomp: enforce }"
      try await withRouter(options, name: "least-privilege-\(pooled)") { fleet, router in
        try await eventually("the filter is installed") { router.log.contains("are filtered") }
        #expect(try Self.status("Uid", router) == ["\(nobody) \(nobody) \(nobody) \(nobody)"])
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
          #expect(try Self.status(set, router) == ["0000000000000000"], "\(set)")
        }
        #expect(try Self.status("NoNewPrivs", router) == ["1"])
        #expect(try Self.status("Seccomp", router) == ["2"])

        let tenant = fleet.tenants[0]
        for _ in 0..<3 {
          let name = try await fleet.query(
            "SELECT current_database()", at: router.conninfo(to: tenant))
          #expect(name == tenant.database)
        }
        // What is told and done beside the clients' work.
        router.process.signal(SIGUSR1)
        try await eventually("the counters are logged") { router.log.contains("counters:") }
        #expect(await router.stop() == .exited(code: 0))
      }
    }
  }

  @Test(
    "a router without the section can't get new rights, and keeps what it has",
    .enabled(if: ProcessInfo.processInfo.environment["SHARDWAY_SECCOMP"] == nil))
  func withoutSection() async throws {
    let router = try await World.router
    #expect(try Self.status("NoNewPrivs", router) == ["1"])
    // A filter around the tests, such as a container's, is the router's as well.
    let own = try Self.values(of: "Seccomp", in: "/proc/self/status")
    #expect(try Self.status("Seccomp", router) == Set(own))
  }

  @Test func `no secret is in what a router says, nor in its command line`() async throws {
    let secret = "hush-\(UInt64.random(in: 0 ... .max))"
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-secrets-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("secret").path
    #expect(
      FileManager.default.createFile(
        atPath: file, contents: Data("\(secret)\n".utf8), attributes: [.posixPermissions: 0o600]))

    var options = World.pooled(workers: 1, .scram, ["mockSecretFile": file])
    // The prober's password is wrong: each attempt to log in fails, and is told.
    options.sections["probes"] =
      "{ user: \(FleetRole.password), passwordFile: \(file), interval: 100ms }"
    options.sections["log"] = "{ level: trace }"
    options.sections["admin"] = """

        address: "127.0.0.1:0"
        users: [olga]
        authentication: trust
      """
    try await withRouter(options, name: "secrets") { fleet, router in
      var said: [String] = []
      let console = Conninfo(
        port: try #require(router.adminPort), user: "olga", database: "shardway")
      for table in [
        "CONFIG", "POOLS", "CLIENTS", "SERVERS", "STATS", "TENANTS", "SHARDS", "REPLICAS", "MAP",
      ] {
        let result = try await Command.result(of: fleet.psql("SHOW \(table)", at: console))
        said += [result.output, result.errorOutput]
      }
      #expect(said[0].contains("probes"))
      // A client whose password is the secret, too.
      let refused = try await Command.result(
        of: fleet.psql(
          "SELECT 1",
          at: router.conninfo(to: fleet.tenants[0], user: FleetRole.password)
            .with("password", secret)))
      #expect(!refused.status.isSuccess)
      said.append(refused.errorOutput)
      router.process.signal(SIGUSR1)
      try await eventually("the counters are logged") { router.log.contains("counters:") }
      said.append(router.log)
      for name in ["cmdline", "environ"] {
        let bytes = try Data(
          contentsOf: URL(fileURLWithPath: "/proc/\(router.process.pid)/\(name)"))
        said.append(String(decoding: bytes, as: UTF8.self))
      }
      await router.stop()
      said.append(router.log)
      for text in said { #expect(!text.contains(secret)) }
    }
  }
}
