internal import Console
internal import LoadGenerator
internal import LoadResults
internal import LoadScenario

/// One run of the generator: some loads of a scenario, with its faults or without.
struct LoadPhase: Sendable {
  /// What the live view calls it.
  let title: String
  let scenario: Scenario
  let stage: Stage
  let live: LiveDisplay
  /// Where each transaction is logged; nil for not at all.
  var logPath: String?

  /// What was measured.
  struct Measured: Sendable {
    var measurement: LoadMeasurement
    var faults: [FaultMark]
  }

  /// Runs it to its end; a cancelled task ends it soon, and what was measured by then is there.
  ///
  /// - Throws: `BenchError.load` when it could not begin.
  func run() async throws(BenchError) -> Measured {
    let run = try started()
    let marks = FaultMarks()
    let measurement = await withTaskCancellationHandler {
      let watching = Task { await live.follow(run, of: scenario, title: title, marks: marks) }
      let breaking = Task { await breakThings(run, marks) }
      let measurement = await run.finish()
      breaking.cancel()
      await breaking.value
      watching.cancel()
      await watching.value
      return measurement
    } onCancel: {
      run.stop()
    }
    return Measured(measurement: measurement, faults: marks.all)
  }

  private func started() throws(BenchError) -> LoadRun {
    do {
      let run = try LoadRun(
        scenario, target: stage.target, password: stage.password, logPath: logPath)
      try run.start()
      return run
    } catch {
      throw .load(error)
    }
  }

  private func breakThings(_ run: LoadRun, _ marks: FaultMarks) async {
    guard !scenario.faults.isEmpty else { return }
    guard await run.measurementBegan(), !Task.isCancelled else { return }
    let act = FaultAct(servers: stage.servers) { run.resetConnections(share: $0) }
    let schedule = FaultSchedule(faults: scenario.faults, act: act, marks: marks) { line in
      live.say(live.terminal.styled(line, .bad))
    }
    await schedule.run(from: .now)
  }
}
