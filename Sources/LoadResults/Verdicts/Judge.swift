public import LoadScenario

/// Says which objectives a run has reached.
public enum Judge {
  /// A verdict for each objective, in their order.
  ///
  /// An objective whose figure can't be had does not hold, and its verdict says why. Latencies are
  /// those of completed transactions; where more have failed than the percentile leaves out, the
  /// verdict's figure says so.
  ///
  /// - Complexity: O(n) of the different latencies for each objective.
  public static func verdicts(on result: RunResult, objectives: [Objective]) -> [Verdict] {
    objectives.map { verdict(on: result, $0) }
  }

  private static func verdict(on result: RunResult, _ objective: Objective) -> Verdict {
    do {
      let finding = try Finding(of: objective, in: result)
      return Verdict(
        objective: objective.text, measured: finding.text,
        holds: objective.comparison.holds(finding.value, finding.bound))
    } catch {
      return Verdict(
        objective: objective.text, measured: FigureText.none, holds: false,
        reason: error.description)
    }
  }
}

extension Objective.Comparison {
  func holds(_ value: Double, _ bound: Double) -> Bool {
    switch self {
    case .less: value < bound
    case .atMost: value <= bound
    case .equal: value == bound
    case .atLeast: value >= bound
    case .greater: value > bound
    }
  }
}

/// Why an objective has no figure.
enum NoFigure: Error, Equatable, CustomStringConvertible {
  case noLoad(String)
  case nothingCompleted
  case nothingDue
  case nothingScheduled
  case noTime
  case nothingChecked
  case notRunAlone
  case incomparable

  var description: String {
    switch self {
    case .noLoad(let name): "the run has no load \"\(name)\""
    case .nothingCompleted: "no transaction was completed"
    case .nothingDue: "no transaction was due"
    case .nothingScheduled: "no transaction was begun by a schedule"
    case .noTime: "the measurement had not begun"
    case .nothingChecked: "no read was checked"
    case .notRunAlone: "the load did not complete a transaction when it ran alone"
    case .incomparable: "the figure can't be compared with such a bound"
    }
  }
}
