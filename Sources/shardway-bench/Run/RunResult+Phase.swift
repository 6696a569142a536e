internal import Console
internal import LoadGenerator
internal import LoadResults
internal import LoadScenario

extension RunResult {
  /// What a scenario has measured, with the verdicts on it.
  ///
  /// - Parameters:
  ///   - scenario: what was asked for.
  ///   - target: who was contacted.
  ///   - measured: what the generator and the faults have told.
  ///   - alone: latencies of loads that ran alone before, by their names.
  init(
    _ scenario: Scenario, at target: LoadTarget, _ measured: LoadPhase.Measured,
    alone: [String: LatencyCounts] = [:]
  ) {
    let measurement = measured.measurement
    self.init(
      scenario: scenario.name, about: scenario.about, target: target.summary,
      startedAtMilliseconds: measurement.startedAtMilliseconds, seconds: measurement.seconds,
      seed: scenario.seed, workers: scenario.workers, machine: HostMachine.current.summary,
      ending: measurement.ending, windowSeconds: measurement.windowSeconds,
      loads: measurement.loads, scheduleError: measurement.scheduleError,
      faults: measured.faults, remarks: measurement.remarks)
    for place in loads.indices { loads[place].alone = alone[loads[place].name] }
    verdicts = Judge.verdicts(on: self, objectives: scenario.objectives)
  }

  /// Whether every objective was reached.
  var holds: Bool { verdicts.allSatisfy(\.holds) }
}

extension LoadTarget {
  /// `127.0.0.1:6432, postgres, encryption off`.
  var summary: String {
    "\(host):\(port), \(spoken.rawValue), encryption \(encryption.rawValue)"
      + (resumesSessions ? ", sessions resumed" : "")
      + (sendsProxyHeader ? ", PROXY header" : "")
  }
}
