internal import Drawing
internal import LoadResults

/// The parts of a run's page that are about all loads.
enum RunSections {
  static func verdicts(of result: RunResult, on page: inout HTMLPage) {
    if result.verdicts.isEmpty {
      page.paragraph("The scenario asks for nothing: there is no verdict.")
    } else {
      verdicts(result.verdicts, on: &page)
    }
    var remarks = result.remarks
    if result.ending == .interrupted {
      remarks.insert(
        "The run was interrupted: figures are of what had been measured by then.", at: 0)
    }
    if !remarks.isEmpty { page.list(remarks, style: "remarks") }
  }

  static func verdicts(_ verdicts: [Verdict], on page: inout HTMLPage) {
    page.judgement(
      VerdictText.summary(verdicts), isGood: verdicts.allSatisfy(\.holds))
    page.table(
      HTMLTable(
        head: ["", "objective", "measured"], textColumns: 3,
        rows: verdicts.map { verdict in
          [
            HTMLTable.Cell(verdict.holds ? "✓ holds" : "✗ fails", verdict.holds ? .good : .bad),
            HTMLTable.Cell(verdict.objective), HTMLTable.Cell(VerdictText.measured(verdict)),
          ]
        }))
  }

  static func conditions(of result: RunResult, on page: inout HTMLPage) {
    let delay = result.scheduleError
    let delays = [("p50", 50.0), ("p99", 99), ("max", 100)].map { name, percentile in
      "\(name) \(FigureText.time(nanoseconds: delay.percentile(percentile)))"
    }
    page.facts([
      ("target", result.target), ("began", ReportDate.text(result.startedAtMilliseconds)),
      ("measured for", TickText.moment(result.seconds)),
      ("windows of", TickText.time(nanoseconds: result.windowSeconds * 1e9)),
      ("generating threads", "\(result.workers)"), ("seed", "\(result.seed)"),
      ("machine", result.machine),
      ("generator's own delay", delay.total > 0 ? delays.joined(separator: ", ") : FigureText.none),
    ])
  }

  static func loads(of result: RunResult, on page: inout HTMLPage) {
    page.section("Loads")
    page.table(
      HTMLTable(
        head: [
          "load", "connections", "due", "due/s", "completed/s", "failed", "p50", "p99", "p99.9",
          "max",
        ], rows: result.loads.map { row($0, result.seconds) }))
    if let figure = PercentileFigure(result.loads)?.figure { page.figures([figure]) }
  }

  private static func row(_ load: LoadResult, _ seconds: Double) -> [HTMLTable.Cell] {
    let rate = { (count: Int) in
      seconds > 0 ? FigureText.significant(Double(count) / seconds) : FigureText.none
    }
    let share =
      load.due > 0 ? " (\(FigureText.percent(Double(load.failed) / Double(load.due))))" : ""
    let times = [50, 99, 99.9, 100].map { percentile in
      HTMLTable.Cell(FigureText.time(nanoseconds: load.latency.percentile(percentile)))
    }
    return [
      HTMLTable.Cell(load.name), "\(FigureText.count(load.connections))",
      "\(FigureText.count(load.due))", HTMLTable.Cell(rate(load.due)),
      HTMLTable.Cell(rate(load.completed)),
      HTMLTable.Cell(
        FigureText.count(load.failed) + (load.failed > 0 ? share : ""),
        load.failed > 0 ? .bad : nil),
    ] + times
  }

  static func faults(of result: RunResult, on page: inout HTMLPage) {
    guard !result.faults.isEmpty else { return }
    page.section("Faults")
    page.table(
      HTMLTable(
        head: ["", "fault", "from", "to", "lasted"], textColumns: 2,
        rows: result.faults.enumerated().map { index, fault in
          let end = fault.to.map { FigureText.fixed($0, decimals: 1) + " s" }
          let lasted = fault.to.map { $0 - fault.from }.flatMap {
            $0 > 0 ? FigureText.time(nanoseconds: $0 * 1e9) : nil
          }
          let title = fault.failure.map { "\(fault.title): could not be done: \($0)" }
          return [
            "\(index + 1)", HTMLTable.Cell(title ?? fault.title, title == nil ? nil : .bad),
            "\(FigureText.fixed(fault.from, decimals: 1)) s",
            HTMLTable.Cell(fault.failure == nil ? end ?? "not mended" : FigureText.none),
            HTMLTable.Cell(fault.failure == nil ? lasted ?? FigureText.none : FigureText.none),
          ]
        }))
  }

  static func errors(of result: RunResult, on page: inout HTMLPage) {
    let rows = result.loads.flatMap { load in
      load.errors.filter { $0.value > 0 }
        .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { cause, count -> [HTMLTable.Cell] in
          let share = load.due > 0 ? FigureText.percent(Double(count) / Double(load.due)) : nil
          return [
            HTMLTable.Cell(load.name), HTMLTable.Cell(cause), "\(FigureText.count(count))",
            HTMLTable.Cell(share ?? FigureText.none),
          ]
        }
    }
    guard !rows.isEmpty else { return }
    page.section("Errors")
    page.table(
      HTMLTable(
        head: ["load", "cause", "transactions", "of those due"], textColumns: 2, rows: rows))
  }

  static func latencies(of result: RunResult, on page: inout HTMLPage) {
    let percentiles = [50, 75, 90, 95, 99, 99.9, 99.99, 100.0]
    let rows = result.loads.flatMap { load in
      [
        ("latency", load.latency), ("service time", load.service),
        ("connecting", load.connecting), ("latency alone", load.alone ?? LatencyCounts()),
      ].filter { $0.1.total > 0 }
        .map { name, counts -> [HTMLTable.Cell] in
          [
            HTMLTable.Cell(load.name), HTMLTable.Cell(name), "\(FigureText.count(counts.total))",
            HTMLTable.Cell(
              counts.mean.map { FigureText.time(nanoseconds: $0) } ?? FigureText.none),
          ]
            + percentiles.map {
              HTMLTable.Cell(FigureText.time(nanoseconds: counts.percentile($0)))
            }
        }
    }
    guard !rows.isEmpty else { return }
    page.section("Times")
    page.table(
      HTMLTable(
        head: ["load", "time", "count", "mean"]
          + percentiles.map {
            $0 == 100 ? "max" : "p\($0 == $0.rounded() ? "\(Int($0))" : "\($0)")"
          }, textColumns: 2,
        rows: rows))
    page.paragraph(
      "Latency counts from the intended start, service time from the moment a transaction was sent;"
        + " both of completed transactions, within 0.1 %.")
  }

  static func handshakes(of result: RunResult, on page: inout HTMLPage) {
    let rows = HandshakeRows.of(result)
    guard !rows.isEmpty else { return }
    page.section("TLS")
    page.table(
      HTMLTable(head: HandshakeRows.heading, rows: rows.map { $0.map { HTMLTable.Cell($0) } }))
  }
}
