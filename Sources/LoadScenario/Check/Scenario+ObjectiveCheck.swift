internal import ConfigurationFile

extension Scenario {
  /// Refuses objectives that this scenario can't answer.
  func checkObjectives() throws(FieldError) {
    guard objectives.count <= ScenarioLimits.objectives else {
      throw FieldError("objectives", "must be at most \(ScenarioLimits.objectives)")
    }
    for (index, objective) in objectives.enumerated() {
      if let fault = fault(of: objective) {
        throw FieldError("objectives[\(index)]", "\"\(objective.text)\" \(fault)")
      }
    }
  }

  /// What is wrong with an objective, to be read after its text.
  private func fault(of objective: Objective) -> String? {
    let concerned = loads.filter { objective.load == nil || $0.name == objective.load }
    guard !concerned.isEmpty else {
      let names = loads.map(\.name).joined(separator: ", ")
      return "is about \(objective.load ?? "a load"), which is no load here; there are \(names)"
    }
    if case .timesAlone = objective.bound, alone == .zero {
      return "needs a run alone to compare with: set alone, as 10s"
    }
    switch objective.figure {
    case .stalenessViolations:
      let measures = concerned.contains { load in
        load.mix.contains { if case .staleness = $0.transaction { true } else { false } }
      }
      return measures ? nil : "needs a transaction that measures it: run: staleness in the mix"
    case .readYourWriteViolations:
      let measures = concerned.contains { $0.mix.contains { $0.transaction == .readYourWrite } }
      return measures
        ? nil : "needs a transaction that measures it: run: read-your-write in the mix"
    case .throughput: return throughputFault(objective)
    case .latency, .meanLatency, .errorRate, .scheduleError: return nil
    }
  }

  private func throughputFault(_ objective: Objective) -> String? {
    guard case .number(let bound) = objective.bound, let offered = offeredRate(of: objective.load),
      [.atLeast, .greater].contains(objective.comparison), bound > offered
    else { return nil }
    return "asks for more than is offered: \(Int(offered))/s on average"
  }
}
