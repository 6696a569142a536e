public import LoadResults

/// A search for the highest rate in words, and in the cells of a table.
public enum LimitText {
  /// A generator that is later than this is measured itself.
  private static let lateMilliseconds = 1.0

  /// Titles of the columns; the first is a rate, the last says whether all held.
  public static let heading = [
    "offered", "completed", "p50", "p99", "max", "failed", "own delay p99", "objectives",
  ]

  /// A row of the table.
  public static func cells(of step: LimitResult.Step) -> [String] {
    [
      FigureText.rate(step.offered), FigureText.rate(step.completed), time(step.p50Milliseconds),
      time(step.p99Milliseconds), time(step.maxMilliseconds), FigureText.percent(step.errorRate),
      time(step.scheduleErrorP99Milliseconds), step.holds ? "hold" : broken(step),
    ]
  }

  /// The objectives that a step has not reached, with their figures.
  public static func broken(_ step: LimitResult.Step) -> String { list(step.verdicts) }

  /// What was found, in one sentence.
  public static func conclusion(of result: LimitResult) -> String {
    switch (result.limit, result.broke) {
    case (let limit?, let broke?):
      "The limit is \(FigureText.rate(limit)). At \(FigureText.rate(broke)) broke first:"
        + " \(list(result.brokeFirst))"
    case (let limit?, nil): "Nothing broke up to \(FigureText.rate(limit))"
    case (nil, let broke?):
      "At the lowest rate, \(FigureText.rate(broke)), broke already: \(list(result.brokeFirst))"
    case (nil, nil): "No rate is known to hold or to break"
    }
  }

  /// What a reader should know of the search; empty if nothing.
  public static func remarks(on result: LimitResult) -> [String] {
    var remarks: [String] = []
    if result.ending == .interrupted {
      remarks.append("The search was interrupted: the limit may lie higher.")
    }
    let late = result.steps
      .filter { $0.scheduleErrorP99Milliseconds ?? 0 > lateMilliseconds }.map(\.offered).min()
    if let late {
      remarks.append(
        "From \(FigureText.rate(late)) on the generator itself was late by more than"
          + " \(time(lateMilliseconds)) in 1 % of cases: give it more workers, or cores of its own."
      )
    }
    return remarks
  }

  private static func list(_ verdicts: [Verdict]) -> String {
    verdicts.filter { !$0.holds }
      .map { "\($0.objective) (\(VerdictText.measured($0)))" }.joined(separator: "; ")
  }

  private static func time(_ milliseconds: Double?) -> String {
    milliseconds.map { FigureText.time(nanoseconds: $0 * 1e6) } ?? FigureText.none
  }
}
