internal import LoadGenerator
internal import LoadResults
internal import LoadScenario
internal import LocalFleet

/// Has the generator's clients ask as fast as they are answered, through one contender.
struct BlockRunner: Sendable {
  let tenant: FleetTenant
  let seconds: Int

  /// One block. A single failed transaction makes it worthless.
  func run(_ workload: Workload, _ contender: Contender) async throws -> Block {
    var target = contender.target
    target.resumesSessions = workload.connections == .resumed
    let run = try LoadRun(scenario(workload), target: target, password: nil)
    try run.start()
    let clocks = contender.processes.map { ProcessClock(of: $0.pid) }
    let (measurement, spent) = await withTaskCancellationHandler {
      await run.measurementBegan()
      let before = clocks.map(\.nanoseconds).reduce(0, +)
      let measurement = await run.finish()
      return (measurement, clocks.map(\.nanoseconds).reduce(0, +) - before)
    } onCancel: {
      run.stop()
    }
    try Task.checkCancellation()
    guard let load = measurement.loads.first, load.completed > 0, load.errors.isEmpty else {
      throw ComparisonError.failedTransactions(
        contender.name, workload: workload.title,
        errors: measurement.loads.first?.errors ?? [:])
    }
    let times = workload.connections == .kept ? load.latency : load.connecting
    let microseconds = { Double(times.percentile($0) ?? 0) / 1000 }
    return Block(
      transactionsPerSecond: Double(load.completed) / measurement.seconds,
      p50Microseconds: microseconds(50), p99Microseconds: microseconds(99),
      cpuMicrosecondsPerTransaction: clocks.isEmpty
        ? nil : Double(spent) / 1000 / Double(load.completed),
      resumedShare: load.handshakes?.resumedShare)
  }

  private func scenario(_ workload: Workload) -> Scenario {
    var load = Load(
      name: "clients", tenants: .uniform([tenant.id]), connections: workload.clients,
      arrivals: .closed(pause: .zero), mix: [WeightedTransaction(workload.kind)])
    load.mode = workload.mode.queryMode
    if workload.connections != .kept { load.transactionsPerConnection = 1 }
    var scenario = Scenario(
      name: workload.title, duration: .seconds(seconds), loads: [load])
    scenario.warmUp = ComparisonLimits.warmUp
    scenario.connectTimeout = ComparisonLimits.connecting
    return scenario
  }
}
