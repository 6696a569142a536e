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
      Scenarios.scenario([Scenarios.load(rate: 100)], milliseconds: 500, timeout: 300),
      at: Scenarios.target(server.port))
    expectConserved(measurement)
    let load = measurement.loads[0]
    #expect(load.completed == 0)
    #expect(load.due > 20)
    #expect(load.errors[cause] ?? 0 > 0)
    // Where each transaction costs its connection, others wait in vain.
    #expect(Set(load.errors.keys).isSubset(of: [cause, "timeout"]))
  }

  @Test(
    "in a closed loop, too",
    arguments: [(.closes, "closed"), (.fails, "42P01")] as [(FaultyServer.Habit, String)])
  func closedLoop(habit: FaultyServer.Habit, cause: String) async throws {
    let server = FaultyServer(habit)
    defer { server.stop() }
    let measurement = try await measure(
      Scenarios.scenario([Scenarios.load(rate: nil)], milliseconds: 300),
      at: Scenarios.target(server.port))
    expectConserved(measurement)
    #expect(measurement.loads[0].completed == 0)
    #expect(measurement.loads[0].errors[cause] ?? 0 > 0)
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
    scenario.connectTimeout = .milliseconds(100)
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

  @Test("a target that vanishes is errors: what is due waits, and fails for the reason")
  func vanishes() async throws {
    let measurement = try await measure(
      Scenarios.scenario(
        [Scenarios.load(rate: 400), Scenarios.load("closed", connections: 2, rate: nil)],
        milliseconds: 3_000, timeout: 200)
    ) { (run: LoadRun, server: NullServer) in
      while run.progress.loads.first?.completed ?? 0 < 20 { await Task.yield() }
      server.stop()
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
      Scenarios.scenario([Scenarios.load(connections: 20, rate: 2_000)], milliseconds: 800)
    ) { (run: LoadRun, _: NullServer) in
      run.resetConnections(share: 0.5)
    }
    expectConserved(measurement)
    let load = measurement.loads[0]
    #expect(load.connecting.total == 30)
    #expect(load.failed <= 10)
    #expect(Set(load.errors.keys).isSubset(of: ["reset"]))
    #expect(load.completed > 1_000)
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
    settings.delay = .milliseconds(150)
    let measurement = try await measure(
      Scenarios.scenario(
        [Scenarios.load(tenants: ["acme"], connections: 1, rate: 50)], milliseconds: 400,
        warmUp: 0, timeout: 400),
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
      while run.progress.loads.first?.due ?? 0 < 10 { await Task.yield() }
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
