import LoadResults
import LoadScenario
import NullServer
import Testing

@testable import LoadGenerator

/// Targets that break, stall and vanish: errors, never a crash, and nothing is lost.
@Suite("Targets that break", .serialized)
struct FaultTests {
  @Test(
    "what a server does to a transaction is the transaction's error",
    arguments: [
      (.silent, "timeout"), (.closes, "closed"), (.resets, "reset"), (.fatal, "57P01"),
      (.fails, "42P01"),
    ] as [(FaultyServer.Habit, String)])
  func habits(habit: FaultyServer.Habit, cause: String) async throws {
    let server = FaultyServer(habit)
    defer { server.stop() }
    let measurement = try await measure(
      Scenarios.scenario(
        [Scenarios.load(rate: 100)], milliseconds: 600_000,
        timeout: cause == "timeout" ? 300 : 60_000),
      at: Scenarios.target(server.port)
    ) { (run: LoadRun) in
      try await wait(for: run) { $0.loads[0].errors > 20 }
      run.stop()
    }
    expectConserved(measurement)
    let load = measurement.loads[0]
    #expect(load.completed == 0)
    #expect(load.errors[cause] ?? 0 > 20)
    // Where each transaction costs its connection, others wait when the run ends.
    #expect(Set(load.errors.keys).isSubset(of: [cause, "interrupted"]))
  }

  @Test(
    "in a closed loop, too",
    arguments: [(.closes, "closed"), (.fails, "42P01")] as [(FaultyServer.Habit, String)])
  func closedLoop(habit: FaultyServer.Habit, cause: String) async throws {
    let server = FaultyServer(habit)
    defer { server.stop() }
    let measurement = try await measure(
      Scenarios.scenario([Scenarios.load(rate: nil)], milliseconds: 600_000),
      at: Scenarios.target(server.port)
    ) { (run: LoadRun) in
      try await wait(for: run) { $0.loads[0].errors > 10 }
      run.stop()
    }
    expectConserved(measurement)
    #expect(measurement.loads[0].completed == 0)
    #expect(measurement.loads[0].errors[cause] ?? 0 > 10)
  }

  @Test(
    "a start without a single connection says why",
    arguments: [
      (.mute, "connect: timeout", ""), (.refusesLogin, "28P01", "wrong password"),
    ] as [(FaultyServer.Habit, String, String)])
  func noConnection(habit: FaultyServer.Habit, cause: String, message: String) throws {
    let server = FaultyServer(habit)
    defer { server.stop() }
    var scenario = Scenarios.scenario([Scenarios.load()])
    if habit == .mute { scenario.connectTimeout = .milliseconds(100) }
    let run = try LoadRun(scenario, target: Scenarios.target(server.port), password: nil)
    let error = #expect(throws: LoadError.self) { try run.start() }
    let text = try #require(error).description
    #expect(text.contains(cause) && text.contains(message))
  }

  @Test("a port that nobody listens at is refused, by all workers")
  func refused() throws {
    let server = FaultyServer(.silent)
    server.stop()
    let run = try LoadRun(
      Scenarios.scenario([Scenarios.load()], workers: 2), target: Scenarios.target(server.port),
      password: nil)
    let error = #expect(throws: LoadError.self) { try run.start() }
    #expect(try #require(error).description.contains("connect: refused"))
  }

  @Test("a start in vain ends, also where some workers have nothing to try, or when it is stopped")
  func startInVain() async throws {
    let server = FaultyServer(.silent)
    server.stop()
    let scenario = Scenarios.scenario([Scenarios.load(connections: 1)], workers: 3)
    let run = try LoadRun(scenario, target: Scenarios.target(server.port), password: nil)
    let error = #expect(throws: LoadError.self) { try run.start() }
    #expect(try #require(error).description.contains("connect: refused"))

    let mute = FaultyServer(.mute)
    defer { mute.stop() }
    let stopped = try LoadRun(scenario, target: Scenarios.target(mute.port), password: nil)
    let stopping = Task {
      try await Task.sleep(for: .milliseconds(50))
      stopped.stop()
    }
    #expect(throws: LoadError.self) { try stopped.start() }
    try await stopping.value
  }

  @Test("a target that vanishes is errors: what is due waits, and fails for the reason")
  func vanishes() async throws {
    let measurement = try await measure(
      Scenarios.scenario(
        [Scenarios.load(rate: 400), Scenarios.load("closed", connections: 2, rate: nil)],
        milliseconds: 600_000, timeout: 200)
    ) { (run: LoadRun, server: NullServer) in
      try await wait(for: run) { $0.loads[0].completed >= 20 }
      server.stop()
      // Pauses grow with each attempt: twenty of two connections take a second, in which the other
      // load's transactions come and go.
      let before = run.progress.loads[1].errors
      try await wait(for: run) { $0.loads[1].errors >= before + 20 }
      run.stop()
    }
    expectConserved(measurement)
    let (open, closed) = (measurement.loads[0], measurement.loads[1])
    #expect(open.completed >= 20)
    #expect(open.errors["connect: refused"] ?? 0 > 50)
    #expect(closed.errors["connect: refused"] ?? 0 > 0)
    #expect(measurement.remarks.contains { $0.contains("connect: refused") })
  }

  @Test("connections that are reset are opened again, and only their transactions fail")
  func resets() async throws {
    let measurement = try await measure(
      Scenarios.scenario([Scenarios.load(connections: 20, rate: 2_000)], milliseconds: 60_000)
    ) { (run: LoadRun, server: NullServer) in
      run.resetConnections(share: 0.5)
      try await wait(for: run) { _ in server.counters.connections >= 30 }
      let before = run.progress.loads[0].completed
      try await wait(for: run) { $0.loads[0].completed >= before + 1_000 }
      run.stop()
    }
    expectConserved(measurement)
    let load = measurement.loads[0]
    #expect(load.connecting.total == 30)
    #expect(load.errors["reset"] ?? 0 <= 10)
    #expect(Set(load.errors.keys).isSubset(of: ["reset", "interrupted"]))
  }

  @Test("a stall is seen by all that was due meanwhile, not only by those under way")
  func stall() async throws {
    var settings = NullServerSettings()
    settings.stall = NullServerSettings.Stall(
      period: .milliseconds(500), length: .milliseconds(100))
    let measurement = try await measure(
      Scenarios.scenario([Scenarios.load(connections: 2, rate: 500)], milliseconds: 1_000),
      settings: settings)
    expectConserved(measurement)
    let load = measurement.loads[0]
    #expect(load.errors.isEmpty)
    let latency = try #require(load.latency.percentile(90))
    let service = try #require(load.service.percentile(90))
    // A fifth of all is due in a stall, and waits for half of it on the mean.
    #expect(latency > 20_000_000)
    // On each of two connections only one of them is under way.
    #expect(service < latency)
  }

  @Test("transactions that end after the measurement count, and those that don't are timeouts")
  func tail() async throws {
    var settings = NullServerSettings()
    settings.delay = .milliseconds(500)
    // About forty are due, and seventeen at most are answered in time: both outcomes for certain.
    let measurement = try await measure(
      Scenarios.scenario(
        [Scenarios.load(tenants: ["acme"], connections: 1, rate: 100)], milliseconds: 400,
        warmUp: 0, timeout: 8_000),
      settings: settings)
    expectConserved(measurement)
    let load = measurement.loads[0]
    #expect(load.completed > 0)
    #expect(Set(load.errors.keys) == ["timeout"])
    #expect(load.windows.count == 4)
  }

  @Test("what is under way when a run is stopped ends as interrupted, if it doesn't end")
  func stopInTheMiddle() async throws {
    let server = FaultyServer(.silent)
    defer { server.stop() }
    let measurement = try await measure(
      Scenarios.scenario([Scenarios.load(rate: 200)], milliseconds: 60_000, timeout: 30_000),
      at: Scenarios.target(server.port)
    ) { (run: LoadRun) in
      try await wait(for: run) { $0.loads[0].due >= 10 }
      run.stop()
    }
    expectConserved(measurement)
    #expect(measurement.ending == .interrupted)
    #expect(Set(measurement.loads[0].errors.keys) == ["interrupted"])
  }

  @Test("a name, and an unknown load, are refused before anything is contacted")
  func badInput() throws {
    let scenario = Scenarios.scenario([Scenarios.load()])
    #expect(throws: LoadError.self) {
      try LoadRun(scenario, target: LoadTarget(host: "example.org", port: 1), password: nil)
    }
    #expect(throws: LoadError.self) {
      try LoadRun(
        scenario, target: LoadTarget(host: "localhost", port: 1), password: nil, loads: ["none"])
    }
  }
}
