public import Console
public import LoadResults

/// What a terminal shows at the end of a run.
public struct TextReport: Sendable {
  /// One line, and how it is meant.
  public struct Line: Sendable, Equatable {
    /// The text.
    public var text: String
    /// How it is meant; nil is plain.
    public var style: Terminal.Style?
  }

  /// The lines, in order.
  public private(set) var lines: [Line] = []

  /// Verdicts, loads, TLS handshakes, errors, faults that could not be done, and remarks of a run.
  public init(_ result: RunResult) {
    add([LoadRows.heading] + result.loads.map { LoadRows.row($0, result.seconds) })
    addHandshakes(result)
    addErrors(result)
    addConsistency(result)
    addNotes(result)
    addVerdicts(result)
  }

  /// What is different between two runs.
  public init(_ comparison: RunComparison) {
    for load in comparison.loads {
      lines.append(Line(text: load.name, style: .heading))
      let rows = load.figures.map { figure -> [String] in
        let text = { (value: Double?) in value.map(figure.figure.text) ?? FigureText.none }
        let interval = figure.ratioInterval.map {
          "\(FigureText.significant($0.low)) to \(FigureText.significant($0.high))"
        }
        return [
          figure.figure.rawValue, ComparisonText.finding(figure), text(figure.a), text(figure.b),
          figure.ratio.map(FigureText.significant) ?? FigureText.none, interval ?? FigureText.none,
        ]
      }
      add(
        [["figure", "finding", "A", "B", "B ÷ A", "95 % interval"]] + rows, textColumns: 2,
        styles: load.figures.map { $0.isBetter.map { $0 ? .good : .bad } })
    }
    lines += comparison.remarks.map { Line(text: "remark: \($0)", style: nil) }
    lines += ComparisonText.findings(comparison).map { Line(text: $0, style: nil) }
  }

  /// Prints the lines.
  public func show(on terminal: Terminal) {
    for line in lines {
      terminal.line(line.style.map { terminal.styled(line.text, $0) } ?? line.text)
    }
  }

  private mutating func add(
    _ rows: [[String]], textColumns: Int = 1, styles: [Terminal.Style?] = []
  ) {
    for (index, text) in TextTable.lines(rows, textColumns: textColumns).enumerated() {
      let style = index == 0 ? .heading : index <= styles.count ? styles[index - 1] : nil
      lines.append(Line(text: text, style: style))
    }
    lines.append(Line(text: "", style: nil))
  }

  private mutating func addHandshakes(_ result: RunResult) {
    let rows = HandshakeRows.of(result)
    if !rows.isEmpty { add([HandshakeRows.heading] + rows) }
  }

  private mutating func addErrors(_ result: RunResult) {
    let rows = result.loads.flatMap { load in
      load.errors.filter { $0.value > 0 }
        .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { [load.name, $0.key, FigureText.count($0.value)] }
    }
    guard !rows.isEmpty else { return }
    add(
      [["load", "error", "transactions"]] + rows, textColumns: 2,
      styles: rows.map { _ in .bad })
  }

  private mutating func addConsistency(_ result: RunResult) {
    var rows: [[String]] = []
    for load in result.loads {
      if let staleness = load.consistency?.staleness {
        let bound = FigureText.time(nanoseconds: staleness.boundMilliseconds * 1e6)
        rows.append([
          load.name, "no older than \(bound)", FigureText.count(staleness.reads),
          FigureText.count(staleness.violations),
          VerdictText.oldest(staleness),
        ])
      }
      if let own = load.consistency, own.ownWriteReads > 0 {
        rows.append([
          load.name, "own writes", FigureText.count(own.ownWriteReads),
          FigureText.count(own.ownWriteViolations), FigureText.none,
        ])
      }
    }
    guard !rows.isEmpty else { return }
    add([["load", "checked", "reads", "violations", "oldest"]] + rows, textColumns: 2)
  }

  private mutating func addNotes(_ result: RunResult) {
    let failed = result.faults.compactMap { fault in
      fault.failure.map { "fault \(fault.title) could not be done: \($0)" }
    }
    let notes = failed + result.remarks
    guard !notes.isEmpty else { return }
    lines += notes.map { Line(text: $0, style: .bad) } + [Line(text: "", style: nil)]
  }

  private mutating func addVerdicts(_ result: RunResult) {
    guard !result.verdicts.isEmpty else { return }
    add(
      [["", "objective", "measured"]]
        + result.verdicts.map {
          [$0.holds ? "holds" : "FAILS", $0.objective, VerdictText.measured($0)]
        },
      textColumns: 3, styles: result.verdicts.map { $0.holds ? .good : .bad })
    let isGood = result.verdicts.allSatisfy(\.holds)
    lines.append(Line(text: VerdictText.summary(result.verdicts), style: isGood ? .good : .bad))
  }
}

/// Rows of the table of loads.
private enum LoadRows {
  static let heading = [
    "load", "due", "completed", "failed", "completed/s", "mean", "p50", "p99", "p99.9", "max",
  ]

  static func row(_ load: LoadResult, _ seconds: Double) -> [String] {
    [
      load.name, FigureText.count(load.due), FigureText.count(load.completed),
      FigureText.count(load.failed),
      seconds > 0 ? FigureText.significant(Double(load.completed) / seconds) : FigureText.none,
      load.latency.mean.map { FigureText.time(nanoseconds: $0) } ?? FigureText.none,
    ] + [50, 99, 99.9, 100].map { FigureText.time(nanoseconds: load.latency.percentile($0)) }
  }
}
