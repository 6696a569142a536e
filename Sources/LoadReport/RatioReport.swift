public import LoadResults

/// Contenders measured beside each other, as ratios with their spread.
public struct RatioReport: Sendable {
  /// One contender under one workload.
  public struct Row: Sendable {
    /// The contender's name.
    public var contender: String
    /// The ratio: its median and quartiles; above 0.
    public var median: Double
    /// A quarter of the ratios are no greater.
    public var lowerQuartile: Double
    /// Three quarters of the ratios are no greater.
    public var upperQuartile: Double
    /// The contender's own figure, with its unit.
    public var figure: String

    /// One contender under one workload.
    public init(
      contender: String, median: Double, lowerQuartile: Double, upperQuartile: Double,
      figure: String
    ) {
      self.contender = contender
      self.median = median
      self.lowerQuartile = lowerQuartile
      self.upperQuartile = upperQuartile
      self.figure = figure
    }
  }

  /// One workload with its contenders.
  public struct Workload: Sendable {
    /// `select, prepared, 64 connections`.
    public var name: String
    /// In the order they are shown in.
    public var rows: [Row]

    /// One workload with its contenders.
    public init(name: String, rows: [Row]) {
      self.name = name
      self.rows = rows
    }
  }

  /// One quantity over all workloads: a plot and a table.
  public struct Table: Sendable {
    /// `Throughput, router ÷ contender`.
    public var title: String
    /// What is divided by what, and what a reader must know.
    public var about: String
    /// Whether a ratio above 1 is good.
    public var moreIsBetter: Bool
    /// The workloads, in the order they are shown in.
    public var workloads: [Workload]

    /// One quantity over all workloads.
    public init(title: String, about: String, moreIsBetter: Bool, workloads: [Workload]) {
      self.title = title
      self.about = about
      self.moreIsBetter = moreIsBetter
      self.workloads = workloads
    }
  }

  /// The page's title.
  public var title: String
  /// What was compared and how, in a sentence or two.
  public var about: String
  /// Names and values of what the figures depend on: machine, versions, rounds.
  public var conditions: [(name: String, value: String)]
  /// What was demanded, and whether it was reached; may be empty.
  public var verdicts: [Verdict]
  /// What a reader should know; may be empty.
  public var remarks: [String]
  /// A table for each quantity.
  public var tables: [Table]

  /// Contenders measured beside each other.
  public init(
    title: String, about: String, conditions: [(name: String, value: String)],
    verdicts: [Verdict] = [], remarks: [String] = [], tables: [Table]
  ) {
    self.title = title
    self.about = about
    self.conditions = conditions
    self.verdicts = verdicts
    self.remarks = remarks
    self.tables = tables
  }
}

extension HTMLReport {
  /// A page of ratios with their spread.
  ///
  /// - Parameter report: contenders measured beside each other.
  /// - Returns: an HTML file's text.
  public static func text(of report: RatioReport) -> String {
    var page = HTMLPage(title: report.title)
    page.head(kind: "comparison", report.title, about: report.about)
    if !report.verdicts.isEmpty {
      RunSections.verdicts(report.verdicts, on: &page)
    }
    if !report.remarks.isEmpty { page.list(report.remarks, style: "remarks") }
    page.facts(report.conditions)
    for table in report.tables {
      page.section(table.title)
      if let figure = figure(table).figure { page.figures([figure]) }
      page.table(
        HTMLTable(
          head: ["workload", "contender", "figure", "median", "quartiles"], textColumns: 2,
          rows: table.workloads.flatMap { workload in
            workload.rows.map { row in
              [
                HTMLTable.Cell(workload.name), HTMLTable.Cell(row.contender),
                HTMLTable.Cell(row.figure), HTMLTable.Cell(FigureText.ratio(row.median)),
                HTMLTable.Cell(
                  FigureText.significant(row.lowerQuartile) + " to "
                    + FigureText.significant(row.upperQuartile)),
              ]
            }
          }))
    }
    return page.html
  }

  private static func figure(_ table: RatioReport.Table) -> IntervalFigure {
    let groups = table.workloads.map { workload in
      IntervalFigure.Group(
        name: workload.name,
        rows: workload.rows.map { row in
          IntervalFigure.Row(
            name: row.contender, low: row.lowerQuartile, middle: row.median,
            high: row.upperQuartile, style: style(row, moreIsBetter: table.moreIsBetter))
        })
    }
    let sides = table.moreIsBetter ? ("worse", "better") : ("better", "worse")
    return IntervalFigure(
      title: table.title,
      caption: table.about + " Dots are medians, whiskers quartiles; grey reaches across 1.",
      sides: sides, groups: groups)
  }

  private static func style(_ row: RatioReport.Row, moreIsBetter: Bool) -> String {
    if row.lowerQuartile <= 1, row.upperQuartile >= 1 { return "s6" }
    return (row.median > 1) == moreIsBetter ? "s3" : "bad"
  }
}
