internal import LoadGenerator
internal import LoadResults
internal import LoadScenario

/// Runs loads alone that an objective compares with what they are then.
struct LoadsAlone: Sendable {
  let scenario: Scenario
  let stage: Stage
  let live: LiveDisplay

  /// The latencies by the loads' names; none where no objective asks for them.
  ///
  /// - Throws: `BenchError`, `CancellationError`.
  func latencies() async throws -> [String: LatencyCounts] {
    var latencies: [String: LatencyCounts] = [:]
    for load in scenario.loadsToRunAlone {
      let phase = LoadPhase(
        title: "\(load) alone", scenario: scenario.runAlone(load), stage: stage, live: live)
      let measured = try await phase.run()
      try Task.checkCancellation()
      latencies[load] = measured.measurement.loads.first?.latency
    }
    return latencies
  }
}
