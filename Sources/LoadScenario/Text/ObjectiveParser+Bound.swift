extension ObjectiveParser {
  /// What the objective's figure is compared with, from text without spaces.
  static func bound(
    _ text: String, of objective: Objective
  ) throws(ObjectiveError) -> Objective.Bound {
    let quantity = Quantity(text)
    switch objective.figure {
    case .latency, .meanLatency:
      if let factor = timesAlone(text) { return .timesAlone(factor) }
      guard let time = quantity?.time else {
        throw ObjectiveError(
          objective.text, "needs a time after the comparison, as 5 ms, or 1.2 x alone")
      }
      return .time(time)
    case .scheduleError:
      guard let time = quantity?.time else {
        throw ObjectiveError(objective.text, "needs a time after the comparison, as 1 ms")
      }
      return .time(time)
    case .errorRate:
      guard let share = quantity?.share ?? (text == "0" ? 0 : nil) else {
        throw ObjectiveError(
          objective.text, "needs a share from 0 % to 100 % after the comparison, as 0.01 %")
      }
      return .number(share)
    case .throughput:
      guard let rate = quantity?.perSecond else {
        throw ObjectiveError(objective.text, "needs a rate after the comparison, as 1000/s")
      }
      return .number(rate)
    case .stalenessViolations, .readYourWriteViolations:
      guard let quantity, quantity.unit.isEmpty, quantity.number == quantity.number.rounded()
      else {
        throw ObjectiveError(objective.text, "needs a whole number after the comparison")
      }
      return .number(quantity.number)
    }
  }

  private static func timesAlone(_ text: String) -> Double? {
    guard let quantity = Quantity(text), ["xalone", "×alone", "*alone"].contains(quantity.unit)
    else { return nil }
    return quantity.number
  }

  /// Refuses what no run could ever fulfil, or no run could fail.
  static func check(_ objective: Objective) throws(ObjectiveError) {
    let text = objective.text
    switch objective.figure {
    case .latency(let percentile), .scheduleError(let percentile):
      guard percentile > 0, percentile <= 100 else {
        throw ObjectiveError(
          text, "asks for a percentile that is not above 0 and at most 100; p99.9 has a point")
      }
    default: break
    }
    if case .scheduleError = objective.figure, objective.load != nil {
      throw ObjectiveError(
        text, "asks one load for a schedule error, which is all of the generator's")
    }
    if case .timesAlone = objective.bound, objective.load == nil {
      throw ObjectiveError(text, "compares with a run alone: name the load that ran alone")
    }
    let (bound, isCount) = magnitude(objective)
    let isPossible =
      switch objective.comparison {
      case .less: bound > 0
      case .atMost: bound > 0 || isCount
      case .equal: isCount
      case .atLeast, .greater: true
      }
    guard isPossible else {
      throw ObjectiveError(text, "can never hold of a run")
    }
    guard objective.comparison != .greater || objective.figure != .errorRate || bound < 1 else {
      throw ObjectiveError(text, "can never hold: no share is above 100 %")
    }
    guard objective.comparison != .atLeast || bound > 0 else {
      throw ObjectiveError(text, "always holds: nothing is below 0")
    }
  }

  /// The bound as a number, and whether the figure is counted, so that it can be 0 or equal
  /// something.
  private static func magnitude(_ objective: Objective) -> (bound: Double, isCount: Bool) {
    let isCount =
      switch objective.figure {
      case .errorRate, .stalenessViolations, .readYourWriteViolations: true
      case .latency, .meanLatency, .scheduleError, .throughput: false
      }
    return switch objective.bound {
    case .time(let time): (time / .seconds(1), isCount)
    case .number(let number), .timesAlone(let number): (number, isCount)
    }
  }
}
