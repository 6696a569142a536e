internal import Console
internal import LoadGenerator
internal import LoadReport
internal import LoadResults
internal import LoadScenario

/// A scenario from its stage to its reports.
struct RunSession: Sendable {
  let scenario: Scenario
  let place: Place
  /// Whether the tables are made in a target that is no local fleet.
  let prepares: Bool
  let outputs: Outputs
  let logPath: String?
  let live: LiveDisplay

  /// Opens the stage, makes the tables, runs loads alone where an objective needs that, runs the
  /// scenario, writes the reports, and closes the stage.
  ///
  /// - Returns: the result, also of a run that was interrupted once it had begun.
  /// - Throws: `BenchError`, `CancellationError` when nothing was measured.
  func run() async throws -> RunResult {
    try outputs.check()
    return try await Stage.with(place, terminal: live.terminal) { stage in
      if prepares || stage.servers != nil {
        try await Preparation(scenario: scenario, stage: stage) { live.terminal.status($0) }.run()
      }
      let alone = try await LoadsAlone(scenario: scenario, stage: stage, live: live).latencies()
      let phase = LoadPhase(
        title: scenario.name, scenario: scenario, stage: stage, live: live, logPath: logPath)
      let measured = try await phase.run()
      // Interrupted before its measurement, it leaves what older runs have written.
      if measured.measurement.seconds == 0 { try Task.checkCancellation() }
      let result = RunResult(scenario, at: stage.target, measured, alone: alone)
      try outputs.write(result)
      TextReport(result).show(on: live.terminal)
      outputs.tell(live.terminal)
      return result
    }
  }
}
