public import LoadResults

extension HTMLReport {
  /// A page about a search for the highest rate: what it is, and what each rate did.
  ///
  /// - Parameter result: the search.
  /// - Returns: an HTML file's text.
  public static func text(of result: LimitResult) -> String {
    var page = HTMLPage(title: "\(result.scenario) – the limit")
    page.head(kind: "shardway-bench find-limit", result.scenario, about: result.about)
    page.judgement(LimitText.conclusion(of: result), isGood: result.limit != nil)
    page.list(LimitText.remarks(on: result), style: "remarks")
    page.facts([
      ("target", result.target), ("began", ReportDate.text(result.startedAtMilliseconds)),
      ("each rate for", FigureText.time(nanoseconds: result.stepSeconds * 1e9)),
      ("machine", result.machine),
    ])
    let steps = result.steps.sorted { $0.offered < $1.offered }
    if let figure = LimitFigure(result, steps: steps)?.figure { page.figures([figure]) }
    page.section("Rates")
    page.table(
      HTMLTable(
        head: LimitText.heading,
        rows: steps.map { step in
          LimitText.cells(of: step).enumerated().map { column, text in
            HTMLTable.Cell(
              text, column == LimitText.heading.count - 1 ? (step.holds ? .good : .bad) : nil)
          }
        }))
    page.paragraph(
      "A rate counts as too much only if an objective breaks twice in a row, so that one hiccup of"
        + " the machine doesn't decide.")
    return page.html
  }
}
