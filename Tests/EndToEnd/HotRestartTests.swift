import Foundation
import LocalFleet
import Testing

/// The only router is replaced by a new process of it (SIGUSR2) while clients are there.
@Suite("Hot restart", .serialized)
struct HotRestartTests {
  @Test(
    "two restarts fail no transaction of clients that stay, and refuse nobody who comes",
    arguments: ["simple", "prepared"])
  func underLoad(mode: String) async throws {
    try await RestartableRouter.run(name: "restart-\(mode)") { fleet, router in
      let tenant = try fleet.tenant("dune")
      let conninfo = router.router.conninfo(to: tenant)
      let transaction = try fleet.write(
        "BEGIN;\nSELECT 1;\nSELECT txid_current();\nCOMMIT;\n", to: "restart-\(mode).sql")
      let question = try fleet.write("SELECT 1;\n", to: "restart-anew-\(mode).sql")
      let pgbench = PgbenchRun(fleet: fleet, conninfo: conninfo)
      // A thread a client: one that prepares would keep those of its thread from ending their transactions.
      async let staying = pgbench.run(
        ["-n", "-M", mode, "-c", "8", "-j", "8", "-T", "6", "-f", transaction])
      async let coming = pgbench.run(["-n", "-C", "-c", "2", "-T", "6", "-f", question])
      for _ in 0..<2 { try await router.restart() }
      // A client that is cut off makes pgbench end with an error, which is thrown.
      #expect(try await staying.contains("number of failed transactions: 0 "))
      #expect(try await coming.contains("number of failed transactions: 0 "))
      #expect(router.router.log.contains("clients were handed over, "))
    }
  }

  @Test("a client keeps its connection and its settings")
  func state() async throws {
    try await RestartableRouter.run(name: "restart-state") { fleet, router in
      let client = try PsqlSession(router.router.conninfo(to: fleet.tenant("dune")), in: fleet)
      _ = try await client.query("SET TimeZone TO 'Pacific/Chatham'")
      _ = try await client.query("SET statement_timeout TO '77s'")
      try await router.restart()
      #expect(try await client.query("SHOW TimeZone") == "Pacific/Chatham")
      #expect(try await client.query("SHOW statement_timeout") == "77s")
      // The new process hands over what it has taken over.
      try await router.restart()
      #expect(try await client.query("SHOW TimeZone") == "Pacific/Chatham")
    }
  }

  @Test("a new process that can't start leaves the old one as it was")
  func failing() async throws {
    try await RestartableRouter.run(name: "restart-failing") { fleet, router in
      let client = try PsqlSession(router.router.conninfo(to: fleet.tenant("dune")), in: fleet)
      #expect(try await client.query("SELECT 1") == "1")
      let good = try #require(
        FileManager.default.contents(atPath: "\(fleet.path)/restart-failing.yaml"))
      _ = try fleet.write("listeners: nonsense\n", to: "restart-failing.yaml")
      await router.signalRestart()
      try await eventually(within: .seconds(30), "the new process's end") {
        router.router.log.contains("no restart: the process that was to take this one's place")
      }
      #expect(try await client.query("SELECT 2") == "2")
      _ = try fleet.write(
        String(decoding: good, as: UTF8.self), to: "restart-failing.yaml")
      try await router.restart()
      #expect(try await client.query("SELECT 3") == "3")
    }
  }
}
