internal import Console
internal import LoadResults

/// What a search has found, for a terminal.
struct LimitReport {
  let result: LimitResult

  /// A generator that is later than this is measured itself.
  static let lateMilliseconds = 1.0

  /// One step, as it is over.
  static func show(_ step: LimitResult.Step, on terminal: Terminal) {
    let broken = step.verdicts.filter { !$0.holds }.map { "\($0.objective): \($0.measured)" }
    terminal.line(
      "  \(FigureText.rate(step.offered)): "
        + (broken.isEmpty
          ? terminal.styled("holds", .good)
          : terminal.styled("broken", .bad) + ": " + broken.joined(separator: "; ")))
  }

  /// The table of all steps, by rate, and the limit.
  func show(on terminal: Terminal) {
    let steps = result.steps.sorted { $0.offered < $1.offered }
    terminal.line()
    terminal.table([Self.heading] + steps.map(Self.cells)) { row, column in
      column == Self.heading.count - 1 ? (steps[row].holds ? .good : .bad) : nil
    }
    terminal.line()
    for line in conclusion { terminal.line(line) }
  }

  /// The limit, in sentences.
  var conclusion: [String] {
    var lines: [String] = []
    switch (result.limit, result.broke) {
    case (let limit?, let broke?):
      lines.append(
        "limit: \(FigureText.rate(limit)); at \(FigureText.rate(broke)) broke first: "
          + result.brokeFirst.map { "\($0.objective) (\($0.measured))" }.joined(separator: "; "))
    case (let limit?, nil):
      lines.append("nothing broke up to \(FigureText.rate(limit))")
    case (nil, let broke?):
      lines.append("an objective breaks at the lowest rate already, \(FigureText.rate(broke))")
    case (nil, nil):
      lines.append("interrupted before a rate was known to hold or to break")
    }
    let late = result.steps.filter {
      $0.scheduleErrorP99Milliseconds ?? 0 > Self.lateMilliseconds
    }.map(\.offered).min()
    if let late {
      lines.append(
        "from \(FigureText.rate(late)) on the generator itself was late by more than"
          + " \(FigureText.time(nanoseconds: Self.lateMilliseconds * 1e6)) in 1 % of cases: give it"
          + " more workers, or cores of its own")
    }
    return lines
  }

  private static let heading = [
    "offered", "completed", "p50", "p99", "max", "errors", "own delay p99", "objectives",
  ]

  private static func cells(of step: LimitResult.Step) -> [String] {
    func time(_ milliseconds: Double?) -> String {
      milliseconds.map { FigureText.time(nanoseconds: $0 * 1e6) } ?? FigureText.none
    }
    return [
      FigureText.rate(step.offered), FigureText.rate(step.completed), time(step.p50Milliseconds),
      time(step.p99Milliseconds), time(step.maxMilliseconds), FigureText.percent(step.errorRate),
      time(step.scheduleErrorP99Milliseconds), step.holds ? "hold" : "broken",
    ]
  }
}
