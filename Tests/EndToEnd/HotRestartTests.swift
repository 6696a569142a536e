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
      // A thread a client: one that prepares would keep those of its thread from ending their transactions.
      let staying = try Self.load(
        ["-M", mode, "-c", "8", "-j", "8", "-f", transaction],
        conninfo.with("application_name", staysAs), fleet)
      defer { staying.signal(SIGKILL) }
      let coming = try Self.load(["-C", "-c", "2", "-f", question], conninfo, fleet)
      defer { coming.signal(SIGKILL) }
      try await eventually("clients that stay") {
        try await fleet.queryDirectly(
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = '\(staysAs)'", tenant)
          != "0"
      }
      for _ in 0..<2 { try await router.restart() }
      for run in [staying, coming] { try await Self.waitForMore(of: run) }
      for run in [staying, coming] {
        // By this signal pgbench knows that the time of `-T` is over. A client that was cut off
        // makes it end with an error.
        run.signal(SIGALRM)
        #expect(await run.wait(upTo: .seconds(60)) == .exited(code: 0), "\(run.errorOutput)")
        #expect(run.output.contains("number of failed transactions: 0 "), "\(run.output)")
      }
      let handedOver = router.router.log.matches(of: /(\d+) clients were handed over/)
        .compactMap { Int($0.1) }
      #expect(handedOver.contains { $0 > 0 }, "\(handedOver)")
    }
  }

  /// A pgbench that runs until it is told to end, and tells each second how it goes.
  private static func load(
    _ arguments: [String], _ conninfo: Conninfo, _ fleet: Fleet
  ) throws -> ChildProcess {
    try ChildProcess(
      fleet.launch("pgbench", ["-n", "-T", "3600", "-P", "1"] + arguments + [conninfo.text]))
  }

  /// Waits until a run has been at work for a second that begins after now.
  private static func waitForMore(of run: ChildProcess) async throws {
    let before = busySeconds(of: run)
    // The first of them may have begun before.
    try await eventually("transactions go on") {
      try #require(run.isRunning, "\(run.errorOutput)")
      return busySeconds(of: run) >= before + 2
    }
  }

  /// Seconds of a run in which transactions have ended.
  private static func busySeconds(of run: ChildProcess) -> Int {
    run.errorOutput.matches(of: /progress: [0-9.]+ s, ([0-9.]+) tps/).filter { $0.1 != "0.0" }.count
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

  @Test("the new process answers at the addresses of metrics and health, and nobody else does")
  func addresses() async throws {
    let ports = (metrics: try LoopbackPort.free(), health: try LoopbackPort.free())
    let sections = [
      "http": "{ address: \"127.0.0.1:\(ports.metrics)\" }",
      "health": "{ http: \"127.0.0.1:\(ports.health)\" }",
    ]
    try await RestartableRouter.run(name: "restart-addresses", sections: sections) { _, router in
      for _ in 0..<2 {
        try await router.restart()
        let processID = await router.processID
        for (path, port) in [("/metrics", ports.metrics), ("/live", ports.health)] {
          try await eventually("\(path) of process \(processID)") {
            (try? await HTTPAnswer(of: path, port: port).status) == 200
          }
          let listeners = try Self.listeners(at: port)
          #expect(listeners == [processID])
        }
      }
    }
  }

  /// The processes that have a socket which listens at a port.
  private static func listeners(at port: UInt16) throws -> [Int32] {
    let address = String(format: "0100007F:%04X", port)
    var sockets: Set<String> = []
    // Foundation takes a file of the kernel's for as long as its first read.
    let table = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/net/tcp")).readToEnd()
    for line in String(decoding: table ?? Data(), as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 9, fields[1] == address, fields[3] == "0A" else { continue }
      sockets.insert("socket:[\(fields[9])]")
    }
    let files = FileManager.default
    let processes = try files.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
    return processes.filter { process in
      let folder = "/proc/\(process)/fd"
      let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
      return names.contains { name in
        let target = try? files.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
        return target.map { sockets.contains($0) } ?? false
      }
    }
  }

  @Test("the new process is the one that the service manager's watchdog waits for")
  func watchdog() async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("shardway-restart-notify-\(getpid())").path
    let manager = try #require(NotificationSocket(path: path))
    // It waits for a process that is no router, so that what it hears is the new one's.
    // That says once that it lives, at its first look, and then rarely: the socket holds ten
    // messages, and what finds no place is lost.
    let environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"]
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
      try await eventually("the new process's end") {
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
