internal import Console
internal import LoadReport
internal import LoadResults

extension Terminal {
  /// The table of all rates that were tried, in their order, and the limit.
  func show(_ result: LimitResult) {
    let steps = result.steps.sorted { $0.offered < $1.offered }
    line()
    table([LimitText.heading] + steps.map(LimitText.cells)) { row, column in
      column == LimitText.heading.count - 1 ? (steps[row].holds ? .good : .bad) : nil
    }
    line()
    for remark in LimitText.remarks(on: result) { line(remark) }
    line(styled(LimitText.conclusion(of: result), result.limit == nil ? .bad : .good))
  }
}

extension LiveDisplay {
  /// Says how a rate went, as it is over.
  func say(_ step: LimitResult.Step) {
    say(
      "\(FigureText.rate(step.offered)): "
        + (step.holds
          ? terminal.styled("holds", .good)
          : terminal.styled("broken", .bad) + ", \(LimitText.broken(step))"))
  }
}
