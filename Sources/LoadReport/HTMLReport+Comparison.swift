internal import Drawing
public import LoadResults

extension HTMLReport {
  /// A page that says what is different between two runs, and what is noise.
  ///
  /// - Parameter comparison: two runs, compared.
  /// - Returns: an HTML file's text.
  public static func text(of comparison: RunComparison) -> String {
    let (a, b) = (comparison.a, comparison.b)
    let title = a.scenario == b.scenario ? a.scenario : "\(a.scenario) and \(b.scenario)"
    var page = HTMLPage(title: "\(title) – two runs compared")
    page.head(
      kind: "shardway-bench compare", title,
      about: "Run A is what run B is compared with. Dots are ratios B ÷ A.")
    let findings = ComparisonText.findings(comparison)
    page.list(findings, style: "remarks")
    if !comparison.remarks.isEmpty {
      page.section("What makes them less alike")
      page.list(comparison.remarks, style: "remarks")
    }
    page.table(
      HTMLTable(
        head: ["run", "began", "measured for", "target", "machine"], textColumns: 5,
        rows: [("A", a), ("B", b)].map { name, side in
          [
            HTMLTable.Cell(name), HTMLTable.Cell(ReportDate.text(side.startedAtMilliseconds)),
            HTMLTable.Cell(TickText.moment(side.seconds)),
            HTMLTable.Cell(side.target), HTMLTable.Cell(side.machine),
          ]
        }))
    if let figure = figure(comparison).figure { page.figures([figure]) }
    for load in comparison.loads {
      page.section("Load: \(load.name)")
      page.table(table(load))
    }
    page.paragraph(
      "Intervals hold 95 % of what a bootstrap over windows gives"
        + " (\(FigureText.count(ComparisonLimits.resamples)) resamples in blocks of neighbours)."
        + " A difference is real where the interval leaves 1 out. Of twenty figures that are the"
        + " same in truth, about one will still seem real. How runs differ as wholes, as by what"
        + " else the machine did, their windows can't show: compare repeated runs, too.")
    return page.html
  }

  private static func figure(_ comparison: RunComparison) -> IntervalFigure {
    let groups = comparison.loads.map { load in
      IntervalFigure.Group(
        name: load.name,
        rows: load.figures.compactMap { figure in
          figure.ratio.map { ratio in
            IntervalFigure.Row(
              name: figure.figure.rawValue, low: figure.ratioInterval?.low, middle: ratio,
              high: figure.ratioInterval?.high, style: style(figure))
          }
        })
    }
    return IntervalFigure(
      title: "B ÷ A",
      caption: "Dots are the runs' figures, whiskers 95 % intervals. Green is really better, red"
        + " really worse, grey may be noise; a dot without whiskers has too few windows,"
        + " transactions or errors to tell.",
      sides: ("B is less", "B is more"), groups: groups)
  }

  private static func style(_ figure: FigureComparison) -> String {
    switch figure.isBetter {
    case true?: "s3"
    case false?: "bad"
    case nil: "s6"
    }
  }

  private static func table(_ load: LoadComparison) -> HTMLTable {
    HTMLTable(
      head: ["figure", "A", "B", "B − A", "B ÷ A", "interval of B ÷ A", "finding"],
      rows: load.figures.map { figure in
        let text = { (value: Double?) in value.map(figure.figure.text) ?? FigureText.none }
        let interval = figure.ratioInterval.map {
          "\(FigureText.significant($0.low)) to \(FigureText.significant($0.high))"
        }
        return [
          HTMLTable.Cell(figure.figure.rawValue), HTMLTable.Cell(text(figure.a)),
          HTMLTable.Cell(text(figure.b)), HTMLTable.Cell(text(figure.difference)),
          HTMLTable.Cell(figure.ratio.map(FigureText.significant) ?? FigureText.none),
          HTMLTable.Cell(interval ?? FigureText.none),
          HTMLTable.Cell(
            ComparisonText.finding(figure), figure.isBetter.map { $0 ? .good : .bad } ?? .faint),
        ]
      })
  }
}
