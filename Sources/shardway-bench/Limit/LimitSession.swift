internal import Console
internal import Foundation
internal import LoadGenerator
internal import LoadResults
internal import LoadScenario

/// A search for the highest rate, from its stage to its reports.
struct LimitSession: Sendable {
  /// The scenario of a step, at its own rate.
  let scenario: Scenario
  /// That rate, over all loads.
  let ownRate: Double
  let place: Place
  /// Whether the tables are made in a target that is no local fleet.
  let prepares: Bool
  let search: LimitSearch
  let outputs: Outputs
  let live: LiveDisplay

  /// Tries rates until the search is over, and writes the reports.
  ///
  /// - Returns: the result, also of a search that was interrupted after its first step.
  /// - Throws: `BenchError`, `CancellationError` when nothing was measured.
  func run() async throws -> LimitResult {
    try outputs.check()
    return try await Stage.with(place, terminal: live.terminal) { stage in
      if prepares || stage.servers != nil {
        try await Preparation(scenario: scenario, stage: stage) { live.terminal.status($0) }.run()
      }
      let alone = try await LoadsAlone(scenario: scenario, stage: stage, live: live).latencies()
      let result = try await found(on: stage, alone: alone)
      try outputs.write(result)
      live.terminal.show(result)
      outputs.tell(live.terminal)
      return result
    }
  }

  private func found(
    on stage: Stage, alone: [String: LatencyCounts]
  ) async throws -> LimitResult {
    var search = search
    var result = LimitResult(
      scenario: scenario.name, about: scenario.about, target: stage.target.summary,
      machine: HostMachine.current.summary,
      startedAtMilliseconds: Int64(Date().timeIntervalSince1970 * 1000),
      stepSeconds: scenario.duration.inSeconds)
    while let rate = search.next {
      let step: LimitResult.Step
      do {
        step = try await self.step(at: rate, on: stage, alone: alone)
      } catch BenchError.load(let error) where !result.steps.isEmpty && !Task.isCancelled {
        // A target that lets nobody in any more has found its limit, too.
        live.terminal.line("\(FigureText.rate(rate)): \(error)")
        search.tell(allHeld: false)
        continue
      }
      // An interrupted step has measured something else than the others.
      guard !Task.isCancelled else {
        guard !result.steps.isEmpty else { throw CancellationError() }
        result.ending = .interrupted
        break
      }
      result.steps.append(step)
      live.say(step)
      search.tell(allHeld: step.holds)
    }
    (result.limit, result.broke) = (search.held, search.broke)
    return result
  }

  private func step(
    at rate: Double, on stage: Stage, alone: [String: LatencyCounts]
  ) async throws -> LimitResult.Step {
    let scenario = scenario.scaled(rate: rate / ownRate)
    let measured = try await LoadPhase(
      title: "\(FigureText.rate(rate))", scenario: scenario, stage: stage, live: live
    ).run()
    return LimitResult.Step(
      offered: rate, RunResult(scenario, at: stage.target, measured, alone: alone))
  }
}
