import Foundation
import LocalFleet
import Synchronization
import Testing

/// The fleet itself, without a router.
@Suite struct FleetTests {
  @Test func `every server says which instance it is and what it is to its shard`() async throws {
    let fleet = try await World.fleet
    for server in fleet.servers {
      let answer = try await fleet.query(
        "SELECT current_setting('cluster_name'), pg_is_in_recovery()",
        at: server.superuserConninfo())
      #expect(answer == "\(server.instance)|\(server.role == .replica ? "t" : "f")")
    }
  }

  @Test func `a write on the primary reaches its replica`() async throws {
    let fleet = try await World.fleet
    let shard = fleet.shards[0]
    let database = fleet.tenants[0].database
    _ = try await fleet.query(
      "CREATE TABLE replicated AS SELECT 42 AS answer",
      at: shard.primary.conninfo(database: database))
    try await eventually("the table on the replica") {
      let found = try await fleet.query(
        "SELECT count(*) FROM pg_class WHERE relname = 'replicated'",
        at: shard.replicas[0].conninfo(database: database))
      return found == "1"
    }
  }

  @Test func `the password role proves itself by SCRAM, and a wrong password is refused`()
    async throws
  {
    let fleet = try await World.fleet
    let conninfo = fleet.shards[0].primary.conninfo(
      database: fleet.tenants[0].database, user: FleetRole.password)
    let answer = try await fleet.query(
      "SELECT current_user", at: conninfo.with("password", FleetRole.passwordText))
    #expect(answer == FleetRole.password)
    await #expect(throws: FleetError.self) {
      try await fleet.query("SELECT 1", at: conninfo.with("password", "wrong"))
    }
  }

  @Test func `stopping leaves no process and no folder`() async throws {
    var options = FleetOptions()
    options.shards = 1
    options.tenants = 1
    let fleet = try await Fleet.start(options)
    let processes = try fleet.servers.map { server in
      let text = try String(contentsOfFile: "\(server.dataFolder)/postmaster.pid", encoding: .utf8)
      return try #require(text.split(separator: "\n").first.flatMap { Int32($0) })
    }
    #expect(processes.allSatisfy { kill($0, 0) == 0 })
    await fleet.stop()
    // One that has ended is there until this process has asked how.
    try await eventually("no process is left") { processes.allSatisfy { kill($0, 0) == -1 } }
    #expect(!FileManager.default.fileExists(atPath: fleet.path))
  }

  @Test func `a router given by a relative path is started`() async throws {
    let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    let toRoot = folder.pathComponents.dropFirst().map { _ in ".." }.joined(separator: "/")
    var options = World.routerOptions(workers: 1)
    // By way of this folder's name, which leads to no folder from elsewhere.
    options.executable = "../\(folder.lastPathComponent)/\(toRoot)\(World.routerExecutable)"
    try await withRouter(options, name: "router-relative") { _, router in
      #expect(router.process.isRunning)
    }
  }

  @Test func `a cancelled start leaves no folder`() async throws {
    let parent = URL(fileURLWithPath: NSTemporaryDirectory())
      .appendingPathComponent("fleets-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: parent, withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(atPath: parent) }
    var options = FleetOptions()
    options.parentFolder = parent
    let running = Mutex<Task<Fleet, any Error>?>(nil)
    let lines = Mutex(0)
    let (gate, opening) = AsyncStream.makeStream(of: Void.self)
    let start = Task<Fleet, any Error> { [options] in
      for await _ in gate {}
      return try await Fleet.start(options) { _ in
        let count = lines.withLock { lines in
          lines += 1
          return lines
        }
        // The first servers run by now. Cancelled here, where the start waits for it: it might be
        // over before a test has heard of the line.
        if count == 2 { running.withLock { $0 }?.cancel() }
      }
    }
    running.withLock { $0 = start }
    opening.finish()
    await #expect(throws: FleetError.cancelled) { try await start.value }
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent).isEmpty)
  }

  @Test(arguments: [(0, 6), (17, 6), (2, 0), (2, 201)])
  func `a size outside of the limits is refused`(shards: Int, tenants: Int) async {
    var options = FleetOptions()
    options.shards = shards
    options.tenants = tenants
    await #expect(throws: FleetError.self) { try await Fleet.start(options) }
  }
}
