import LoadResults
import LoadScenario
import NullServer
import Testing

@testable import LoadGenerator

/// Runs against a server that does nothing wrong.
@Suite("Runs against a null server", .serialized)
struct RunTests {
  @Test("an open schedule offers its rate, and all that is due completes", arguments: [1, 2])
  func openLoop(workers: Int) async throws {
    let measurement = try await measure(
      Scenarios.scenario([Scenarios.load(rate: 2_000)], milliseconds: 1_000, workers: workers))
    expectConserved(measurement)
    let load = try #require(measurement.loads.first)
    // A Poisson count of 2,000 has a deviation of 45.
    #expect(1_750...2_250 ~= load.due)
    #expect(load.errors.isEmpty)
    #expect(load.connecting.total == 6)
    #expect(measurement.scheduleError.total == load.due)
    #expect(measurement.ending == .complete)
    #expect(measurement.seconds == 1)
    #expect(load.windows.count == 10)
    #expect(Set(load.tenants.map(\.name)) == ["acme", "birch", "cedar"])
    #expect(measurement.remarks.isEmpty)
  }

  @Test("the same seed makes the same number of transactions due, whatever the server does")
  func seed() async throws {
    var counts: [Int] = []
    for delay in [0, 3] {
      var settings = NullServerSettings()
      settings.delay = .milliseconds(delay)
      let measurement = try await measure(
        Scenarios.scenario([Scenarios.load(rate: 1_000)], milliseconds: 400), settings: settings)
      counts.append(measurement.loads[0].due)
    }
    #expect(counts[0] == counts[1])
  }

  @Test("a closed loop begins when it has its answer and has paused")
  func closedLoop() async throws {
    var settings = NullServerSettings()
    settings.delay = .milliseconds(4)
    let load = Scenarios.load(connections: 4, rate: nil)
    let measurement = try await measure(
      [load], until: { progress, _ in progress.loads[0].completed >= 100 }, settings: settings)
    expectConserved(measurement)
    let result = measurement.loads[0]
    #expect(Set(result.errors.keys).isSubset(of: ["interrupted"]))
    #expect(result.completed >= 100)
    // Four clients, each at least five milliseconds for one. Each has two more at most: the first
    // begins at once, and one may before the worker knows of the stop.
    #expect(Double(result.completed) <= 4 * (measurement.seconds / 0.005 + 2))
    #expect(try #require(result.latency.percentile(0)) >= 4_000_000)
    #expect(measurement.scheduleError.total == 0)
  }

  @Test("each kind of transaction goes through, in each mode", arguments: QueryMode.allCases)
  func transactions(mode: QueryMode) async throws {
    var load = Scenarios.load(
      rate: 300,
      mix: [
        WeightedTransaction(.selectOnly), WeightedTransaction(.tpcbLike),
        WeightedTransaction(.payload(bytes: 10_000)),
      ])
    load.mode = mode
    load.thinkTime = .microseconds(500)
    let measurement = try await measure(Scenarios.scenario([load]))
    expectConserved(measurement)
    #expect(measurement.loads[0].errors.isEmpty)
    #expect(measurement.loads[0].completed > 50)
  }

  @Test("answers of a mebibyte flow")
  func largeAnswers() async throws {
    let load = Scenarios.load(
      connections: 16, rate: nil, mix: [WeightedTransaction(.payload(bytes: 1 << 20))])
    let measurement = try await measure(
      [load], until: { progress, _ in progress.loads[0].completed >= 16 })
    expectConserved(measurement)
    #expect(Set(measurement.loads[0].errors.keys).isSubset(of: ["interrupted"]))
    #expect(measurement.loads[0].completed >= 16)
  }

  @Test("loads of one run are told apart, and one can run alone")
  func severalLoads() async throws {
    let loads = [
      Scenarios.load("open", connections: 3, rate: 200),
      Scenarios.load("closed", connections: 1, rate: nil),
    ]
    let both = try await measure(
      loads, until: { progress, _ in progress.loads.allSatisfy { $0.completed > 0 } }, workers: 2)
    expectConserved(both)
    #expect(both.loads.map(\.name) == ["open", "closed"])
    #expect(both.loads.allSatisfy { $0.completed > 0 })
    let server = try NullServer()
    try server.start()
    defer { server.stop() }
    let run = try LoadRun(
      Scenarios.scenario(loads, workers: 2), target: Scenarios.target(server.port), password: nil,
      loads: ["closed"])
    try run.start()
    let alone = await run.finish()
    #expect(alone.loads.map(\.name) == ["closed"])
    #expect(server.counters.connections == 1)
  }

  @Test("connections are replaced after their number of transactions, and nothing is lost")
  func churn() async throws {
    var load = Scenarios.load(connections: 8, rate: 1_000)
    load.transactionsPerConnection = 5
    let measurement = try await measure(Scenarios.scenario([load], milliseconds: 1_000))
    expectConserved(measurement)
    let result = measurement.loads[0]
    #expect(result.errors.isEmpty)
    // The warm-up's connections count, too.
    #expect(result.connecting.total > result.completed / 5)
  }

  @Test("progress tells the phases in order, and the figures of the end")
  func progress() async throws {
    let server = try NullServer()
    try server.start()
    defer { server.stop() }
    let run = try LoadRun(
      Scenarios.scenario([Scenarios.load()], milliseconds: 600_000),
      target: Scenarios.target(server.port), password: nil)
    #expect(run.progress.phase == .connecting(0, of: 6))
    try run.start()
    #expect(await run.measurementBegan())
    #expect(run.progress.phase == .measuring)
    #expect(run.progress.elapsedSeconds >= 0)
    try await wait(for: run) { $0.loads.allSatisfy { $0.p99Nanoseconds != nil } }
    run.stop()
    let measurement = await run.finish()
    let end = run.progress
    #expect(end.phase == .ended)
    #expect(end.loads.map(\.due) == measurement.loads.map(\.due))
    #expect(end.loads.map(\.completed) == measurement.loads.map(\.completed))
  }

  @Test("a run that is stopped keeps what it has measured")
  func stop() async throws {
    let measurement = try await measure(
      [Scenarios.load()], until: { progress, _ in progress.loads[0].completed >= 100 })
    expectConserved(measurement)
    #expect(measurement.ending == .interrupted)
    #expect(measurement.loads[0].completed >= 100)
    #expect(0.05...500 ~= measurement.seconds)
    #expect(measurement.loads[0].windows.count == Int((measurement.seconds * 10).rounded(.up)))
  }

  @Test("a run that is stopped in its warm-up has measured nothing")
  func stopEarly() async throws {
    let server = try NullServer()
    try server.start()
    defer { server.stop() }
    let run = try LoadRun(
      Scenarios.scenario([Scenarios.load()], warmUp: 60_000),
      target: Scenarios.target(server.port), password: nil)
    try run.start()
    run.stop()
    #expect(await run.measurementBegan() == false)
    let measurement = await run.finish()
    expectConserved(measurement)
    #expect(measurement.ending == .interrupted)
    #expect(measurement.seconds == 0)
    #expect(measurement.loads[0].due == 0)
  }

  @Test("a run is started once")
  func startedTwice() async throws {
    let server = try NullServer()
    try server.start()
    defer { server.stop() }
    let run = try LoadRun(
      Scenarios.scenario([Scenarios.load()], milliseconds: 50),
      target: Scenarios.target(server.port), password: nil)
    try run.start()
    #expect(throws: LoadError.self) { try run.start() }
    _ = await run.finish()
  }

  @Test("a PROXY header goes first where the target wants it", arguments: [true, false])
  func proxyHeader(expected: Bool) async throws {
    var settings = NullServerSettings()
    settings.expectsProxyHeader = expected
    let measurement = try await measure(
      Scenarios.scenario([Scenarios.load()], milliseconds: 200), settings: settings,
      sendsProxyHeader: expected)
    expectConserved(measurement)
    #expect(measurement.loads[0].errors.isEmpty && measurement.loads[0].completed > 20)
  }
}
