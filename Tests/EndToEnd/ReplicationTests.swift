import Foundation
import LocalFleet
import Testing

/// Replication connections are sessions like any other.
@Suite struct ReplicationTests {
  @Test(arguments: ["database", "true"])
  func `a replication connection reaches the tenant's primary`(kind: String) async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    for tenant in fleet.tenants.prefix(2) {
      let conninfo = router.conninfo(to: tenant, by: .option, user: FleetRole.replication)
      let answer = try await fleet.query(
        "IDENTIFY_SYSTEM", at: conninfo.with("replication", kind))
      let expected = try await fleet.query(
        "SELECT system_identifier FROM pg_control_system()",
        at: fleet.primary(of: tenant).superuserConninfo())
      #expect(answer.split(separator: "|").first.map(String.init) == expected)
    }
  }

  @Test func `pg_receivewal streams through the router`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let tenant = try fleet.tenant("birch")
    let folder = "\(fleet.path)/received-wal"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    let conninfo = router.conninfo(to: tenant, by: .user, user: FleetRole.replication)
    let receiver = try ChildProcess(
      fleet.launch("pg_receivewal", ["-D", folder, "-d", conninfo.text, "--no-loop"]))
    defer { receiver.signal(SIGKILL) }
    let streaming = """
      SELECT count(*) FROM pg_stat_replication
        WHERE application_name = 'pg_receivewal' AND state = 'streaming'
      """
    try await eventually("pg_receivewal among the server's receivers") {
      #expect(receiver.isRunning, "\(receiver.errorOutput)")
      return try await fleet.queryDirectly(streaming, tenant) == "1"
    }
    // What is written now comes through: the segment it is in is complete after the switch.
    _ = try await fleet.queryDirectly(
      "CREATE TABLE streamed AS SELECT generate_series(1, 1000); SELECT pg_switch_wal()", tenant)
    try await eventually("a complete segment") {
      try FileManager.default.contentsOfDirectory(atPath: folder)
        .contains { !$0.hasSuffix(".partial") }
    }
    receiver.signal(SIGINT)
    #expect(await receiver.wait().isSuccess)
  }
}
