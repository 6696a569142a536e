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
      let staysAs = "staying-\(mode)"
      let transaction = try fleet.write(
        "BEGIN;\nSELECT 1;\nSELECT txid_current();\nCOMMIT;\n", to: "restart-\(mode).sql")
      let question = try fleet.write("SELECT 1;\n", to: "restart-anew-\(mode).sql")
      let (stayers, comers) = (
        PgbenchRun(fleet: fleet, conninfo: conninfo.with("application_name", staysAs)),
        PgbenchRun(fleet: fleet, conninfo: conninfo)
      )
      // A thread a client: one that prepares would keep those of its thread from ending their transactions.
      async let staying = stayers.run(
        ["-n", "-M", mode, "-c", "8", "-j", "8", "-T", "10", "-f", transaction])
      async let coming = comers.run(["-n", "-C", "-c", "2", "-T", "10", "-f", question])
      try await eventually(within: .seconds(30), "clients that stay") {
        try await fleet.queryDirectly(
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = '\(staysAs)'", tenant)
          != "0"
      }
      for _ in 0..<2 { try await router.restart() }
      // A client that is cut off makes pgbench end with an error, which is thrown.
      #expect(try await staying.contains("number of failed transactions: 0 "))
      #expect(try await coming.contains("number of failed transactions: 0 "))
      let handedOver = router.router.log.matches(of: /(\d+) clients were handed over/)
        .compactMap { Int($0.1) }
      #expect(handedOver.contains { $0 > 0 }, "\(handedOver)")
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

  @Test("the new process is the one that the service manager's watchdog waits for")
  func watchdog() async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-restart-notify-\(getpid())").path
    let manager = try #require(NotificationSocket(path: path))
    // It waits for a process that is no router, so that what it hears is the new one's.
    let environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000", "WATCHDOG_PID": "1"]
    try await RestartableRouter.run(name: "restart-watchdog", environment: environment) {
      _, router in
      try await eventually("READY=1") { manager.all.contains("READY=1") }
      try await router.restart()
      let processID = await router.processID
      #expect(manager.all.contains("MAINPID=\(processID)"))
      try await eventually("WATCHDOG=1") { manager.all.contains("WATCHDOG=1") }
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
