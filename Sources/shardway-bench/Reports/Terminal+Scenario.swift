internal import Console
internal import LoadResults
internal import LoadScenario

extension Terminal {
  /// Says what a scenario would do.
  func show(_ scenario: Scenario) {
    line(styled(scenario.name, .heading))
    if !scenario.about.isEmpty { line(scenario.about) }
    line(
      "\(scenario.warmUp) of warm-up, then \(scenario.duration), by \(scenario.workers) "
        + (scenario.workers == 1 ? "worker" : "workers"))
    table([["load", "connections", "tenants", "arrivals", "mix"]] + scenario.loads.map(Self.cells))
    { _, _ in nil }
    for fault in scenario.faults {
      line("fault at \(fault.at): \(fault.action.title)" + (fault.lasts.map { " for \($0)" } ?? ""))
    }
    for objective in scenario.objectives { line("objective: \(objective.text)") }
  }

  private static func cells(of load: Load) -> [String] {
    let names = load.tenants.names
    let arrivals =
      switch load.arrivals {
      case .open(let schedule, let plan):
        "\(schedule.rawValue), "
          + plan.points.map { FigureText.rate($0.transactionsPerSecond) }.joined(separator: " to ")
      case .closed: "closed loop"
      }
    return [
      load.name, "\(load.connections)", names.count == 1 ? names[0] : "\(names.count)", arrivals,
      load.mix.map(\.transaction.name).joined(separator: ", "),
    ]
  }
}
