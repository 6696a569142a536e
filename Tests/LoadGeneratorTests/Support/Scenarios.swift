import LoadGenerator
import LoadResults
import LoadScenario
import NullServer
import Testing

/// Scenarios that take a second or two.
enum Scenarios {
  static func load(
    _ name: String = "all", tenants: [String] = ["acme", "birch", "cedar"], connections: Int = 6,
    rate: Double? = 500, mix: [WeightedTransaction] = [WeightedTransaction(.selectOnly)]
  ) -> Load {
    Load(
      name: name, tenants: .uniform(tenants), connections: connections,
      arrivals: rate.map { .open(.poisson, RatePlan(transactionsPerSecond: $0)) }
        ?? .closed(pause: .milliseconds(1)),
      mix: mix)
  }

  static func scenario(
    _ loads: [Load], milliseconds: Int = 600, warmUp: Int = 100, workers: Int = 1,
    timeout: Int = 60_000
  ) -> Scenario {
    var scenario = Scenario(
      name: "test", duration: .milliseconds(milliseconds), loads: loads)
    scenario.warmUp = .milliseconds(warmUp)
    scenario.window = .milliseconds(100)
    scenario.workers = workers
    scenario.transactionTimeout = .milliseconds(timeout)
    scenario.connectTimeout = .seconds(60)
    return scenario
  }

  static func target(_ port: UInt16) -> LoadTarget { LoadTarget(host: "127.0.0.1", port: port) }
}

/// Runs a scenario to its end, with something that happens once it measures.
func measure(
  _ scenario: Scenario, at target: LoadTarget, logPath: String? = nil,
  whileItRuns: (LoadRun) async throws -> Void = { _ in }
) async throws -> LoadMeasurement {
  let run = try LoadRun(scenario, target: target, password: nil, logPath: logPath)
  try run.start()
  await run.measurementBegan()
  try await whileItRuns(run)
  return await run.finish()
}

/// Waits until a run has come so far; an issue when it ends without, or takes two minutes.
func wait(
  for run: LoadRun, sourceLocation: SourceLocation = #_sourceLocation,
  until isSo: (LoadProgress) -> Bool
) async throws {
  let deadline = ContinuousClock.now + .seconds(120)
  while true {
    let progress = run.progress
    if isSo(progress) { return }
    if progress.phase == .ended || ContinuousClock.now > deadline {
      Issue.record("the run did not come so far: \(progress)", sourceLocation: sourceLocation)
      return
    }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// Runs a scenario until it has come so far, and no longer.
///
/// - Returns: the measurement; what was still under way a second after the stop was interrupted.
func measure(
  _ loads: [Load], until isSo: (LoadProgress, NullServer) -> Bool, workers: Int = 1,
  settings: NullServerSettings = NullServerSettings(), encryption: LoadTarget.Encryption = .off,
  resumesSessions: Bool = false
) async throws -> LoadMeasurement {
  try await measure(
    Scenarios.scenario(loads, milliseconds: 600_000, workers: workers), settings: settings,
    encryption: encryption, resumesSessions: resumesSessions
  ) { (run: LoadRun, server: NullServer) in
    try await wait(for: run) { isSo($0, server) }
    run.stop()
  }
}

/// Runs a scenario against a null server.
func measure(
  _ scenario: Scenario, settings: NullServerSettings = NullServerSettings(),
  logPath: String? = nil,
  sendsProxyHeader: Bool = false, encryption: LoadTarget.Encryption = .off,
  resumesSessions: Bool = false,
  meanwhile: (LoadRun, NullServer) async throws -> Void = { _, _ in }
) async throws -> LoadMeasurement {
  let server = try NullServer(settings)
  try server.start()
  defer { server.stop() }
  var target = Scenarios.target(server.port)
  target.sendsProxyHeader = sendsProxyHeader
  target.encryption = encryption
  target.resumesSessions = resumesSessions
  return try await measure(scenario, at: target, logPath: logPath) { run in
    try await meanwhile(run, server)
  }
}

/// What must hold of every measurement, whatever happened: nothing that was due is lost, and parts
/// add up to the whole.
func expectConserved(
  _ measurement: LoadMeasurement, sourceLocation: SourceLocation = #_sourceLocation
) {
  for load in measurement.loads {
    #expect(load.due == load.completed + load.failed, sourceLocation: sourceLocation)
    #expect(load.latency.total == load.completed, sourceLocation: sourceLocation)
    #expect(load.service.total == load.completed, sourceLocation: sourceLocation)
    let windows = load.windows
    #expect(
      windows.reduce(0) { $0 + $1.due } == load.due, sourceLocation: sourceLocation)
    #expect(
      windows.reduce(0) { $0 + $1.completed } == load.completed, sourceLocation: sourceLocation)
    #expect(windows.reduce(0) { $0 + $1.errors } == load.failed, sourceLocation: sourceLocation)
    #expect(
      load.tenants.reduce(0) { $0 + $1.completed } == load.completed,
      sourceLocation: sourceLocation)
    #expect(
      load.tenants.reduce(0) { $0 + $1.errors } == load.failed, sourceLocation: sourceLocation)
  }
}
