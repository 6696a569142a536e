import AdminConsole
import Admission
import ShardMap
import Testing
import Uring

@testable import DataPlane

/// A router on the real kernel whose memory is full of clients that don't go on.
@Suite("The admin console of a router that is overloaded", .serialized)
struct AdminUnderOverloadTests {
  private static let memoryBytes = 4 << 20

  private static func router(_ folder: TemporaryFolder) throws -> Router {
    try SmallMap.publish(version: 1, to: folder.map)
    let address = SocketAddress(ipv4: 0x7F00_0001, port: 0)
    var settings = RouterSettings(
      mapPath: folder.map, workerCount: 1,
      listeners: [ListenerSettings(address: address, spoken: .postgres(identity: [.database]))])
    settings.limits.memoryBytes = memoryBytes
    settings.timeouts.stop = .milliseconds(100)
    // Longer than the test takes on a machine that does other work: else the silent ones leave before they are looked at.
    settings.timeouts.login = .seconds(600)
    settings.admin = AdminSettings(
      address: address, access: AdminAccess(users: ["olga"], statsUsers: [], method: .trust),
      version: "test")
    return try Router(
      settings, map: CompiledMap.open(path: folder.map), capabilities: Capabilities.probe())
  }

  @Test("answers while nobody leaves, tells what is short, and when that is over")
  func answers() async throws {
    let folder = try TemporaryFolder()
    let router = try Self.router(folder)
    defer { router.stop() }
    let console = try AdminClient(to: try #require(router.adminAddress))
    let before = try console.table("SHOW OVERLOAD")
    #expect(before.count == 1 && before[0]["level"] == "none" && before[0]["accepting"] == "open")

    var silent: [RawClient] = []
    for _ in 0..<400 { silent.append(try RawClient(to: router.addresses[0])) }
    #expect(try await becomes { try console.table("SHOW OVERLOAD")[0]["accepting"] == "stopped" })
    for statement in ["SHOW STATS", "SHOW CLIENTS", "SHOW MAP"] {
      #expect(try !console.table(statement).isEmpty, "\(statement)")
    }
    // Nothing had to end first for an answer.
    #expect(try console.table("SHOW OVERLOAD")[0]["accepting"] == "stopped")
    // Another console is let in as well.
    _ = try AdminClient(to: try #require(router.adminAddress))
    let row = try console.table("SHOW OVERLOAD")[0]
    #expect(row["cause"] == "memory" && row["level"] != "none" && row["since"] != nil)
    #expect(try #require(Int(row["memory_kib"] ?? "")) <= Self.memoryBytes >> 10)
    #expect(try #require(Int(row["memory_percent"] ?? "")) >= 80)
    #expect(row["thresholds"]?.contains("memory: background 60 %, batch 70 %") == true)

    silent = []
    #expect(try await becomes { try console.table("SHOW OVERLOAD")[0]["level"] == "none" })
    #expect(try console.table("SHOW OVERLOAD")[0]["accepting"] == "open")
    #expect(router.count(.clientsClosedUnheard) == 0)
  }

  /// Asks until it is so, for half a minute at least.
  private func becomes(_ isSo: () throws -> Bool) async throws -> Bool {
    for _ in 0..<1_500 {
      if try isSo() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}
