import Foundation
import LocalFleet
import Testing

/// `pgbench` through the router, in every mode it has of talking to a server.
@Suite(.serialized) struct PgbenchTests {
  @Test(arguments: ["simple", "extended", "prepared"])
  func `pgbench runs without a failed transaction`(mode: String) async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let conninfo = try router.conninfo(to: fleet.tenant("dune"))
    let pgbench = PgbenchRun(fleet: fleet, conninfo: conninfo)
    try await pgbench.run(["-i", "-q", "-s", "1"])
    let report = try await pgbench.run(["-M", mode, "-c", "8", "-j", "2", "-t", "100"])
    #expect(report.contains("number of transactions actually processed: 800/800"))
    #expect(report.contains("number of failed transactions: 0 "))
    // Every transaction left its line, on the shard it belongs to.
    let tenant = try fleet.tenant("dune")
    #expect(
      try await fleet.queryDirectly("SELECT count(*) FROM pgbench_history", tenant) == "800")
  }

  @Test func `a new connection for every transaction works`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let script = try fleet.write("SELECT 1;\n", to: "select-1.sql")
    let report = try await PgbenchRun(
      fleet: fleet, conninfo: router.conninfo(to: fleet.tenant("fjord"))
    ).run(["-n", "-C", "-c", "4", "-t", "50", "-f", script])
    #expect(report.contains("number of transactions actually processed: 200/200"))
  }

  @Test(arguments: ["extended", "prepared"])
  func `pipelined queries are answered in order`(mode: String) async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let queries = (1...60).map { "SELECT \($0), repeat('x', \($0 * 100));\n" }.joined()
    let script = try fleet.write(
      "\\startpipeline\n\(queries)\\endpipeline\n", to: "pipeline-\(mode).sql")
    let report = try await PgbenchRun(
      fleet: fleet, conninfo: router.conninfo(to: fleet.tenant("fjord"))
    ).run(["-n", "-M", mode, "-c", "4", "-j", "2", "-t", "25", "-f", script])
    #expect(report.contains("number of transactions actually processed: 100/100"))
  }
}

/// `pgbench` against one connection string.
struct PgbenchRun {
  let fleet: Fleet
  let conninfo: Conninfo

  @discardableResult
  func run(_ arguments: [String]) async throws -> String {
    try await Command.run(fleet.launch("pgbench", arguments + [conninfo.text]))
  }
}
