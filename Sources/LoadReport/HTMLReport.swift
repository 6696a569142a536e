internal import Drawing
public import LoadResults

/// Writes results as pages that need no other file, for screens and paper.
public enum HTMLReport {
  /// A page about a run: verdicts first, then conditions, then each load's plots, then all figures.
  ///
  /// - Parameter result: the run, judged.
  /// - Returns: an HTML file's text; some hundred kilobytes for a run of a minute.
  /// - Complexity: O(windows × times), under a second.
  public static func text(of result: RunResult) -> String {
    var page = HTMLPage(title: "\(result.scenario) – load test")
    page.head(kind: "shardway-bench run", result.scenario, about: result.about)
    RunSections.verdicts(of: result, on: &page)
    RunSections.conditions(of: result, on: &page)
    RunSections.loads(of: result, on: &page)
    for load in result.loads { LoadSection(load, of: result).add(to: &page) }
    RunSections.faults(of: result, on: &page)
    RunSections.errors(of: result, on: &page)
    RunSections.latencies(of: result, on: &page)
    RunSections.handshakes(of: result, on: &page)
    return page.html
  }
}

/// One load's part of a page.
private struct LoadSection {
  private let load: LoadResult
  private let result: RunResult

  init(_ load: LoadResult, of result: RunResult) {
    self.load = load
    self.result = result
  }

  func add(to page: inout HTMLPage) {
    page.section("Load: \(load.name)")
    let figures = [
      TimeFigure(load, of: result)?.figure, PercentileFigure(load)?.figure,
      TenantFigure(load)?.figure,
      load.consistency?.staleness.flatMap(StalenessFigure.init)?.figure,
    ].compactMap(\.self)
    if figures.isEmpty { page.paragraph("Nothing was measured.") }
    page.figures(figures)
    addConsistency(to: &page)
    addTenants(to: &page)
  }

  private func addConsistency(to page: inout HTMLPage) {
    guard let consistency = load.consistency else { return }
    var rows: [[HTMLTable.Cell]] = []
    if let staleness = consistency.staleness {
      rows.append([
        "reads no older than \(FigureText.time(nanoseconds: staleness.boundMilliseconds * 1e6))",
        "\(FigureText.count(staleness.reads))", "\(FigureText.count(staleness.readsOnReplica))",
        Self.violations(staleness.violations),
        HTMLTable.Cell(VerdictText.oldest(staleness)),
      ])
    }
    if consistency.ownWriteReads > 0 {
      rows.append([
        "reads of the session's own writes", "\(FigureText.count(consistency.ownWriteReads))",
        "\(FigureText.none)", Self.violations(consistency.ownWriteViolations),
        "\(FigureText.none)",
      ])
    }
    guard !rows.isEmpty else { return }
    page.table(
      HTMLTable(
        head: ["checked", "reads", "on a replica", "violations", "oldest"], rows: rows))
  }

  private static func violations(_ count: Int) -> HTMLTable.Cell {
    HTMLTable.Cell(FigureText.count(count), count == 0 ? .good : .bad)
  }

  private func addTenants(to page: inout HTMLPage) {
    guard load.tenants.count > 1 else { return }
    let busiest = load.tenants.sorted { ($1.completed, $0.name) < ($0.completed, $1.name) }
    var shown = busiest
    if busiest.count > ReportLimits.listedTenants {
      let half = ReportLimits.listedTenants / 2
      let first = busiest.prefix(half)
      let slowest = busiest.dropFirst(half).sorted { $0.p99Milliseconds > $1.p99Milliseconds }
      shown = Array(first + slowest.prefix(half))
      page.paragraph(
        "The \(half) busiest of \(FigureText.count(busiest.count)) tenants, then the"
          + " \(half) slowest of the others.")
    }
    let rows = shown.map { tenant -> [HTMLTable.Cell] in
      [
        HTMLTable.Cell(tenant.name), "\(FigureText.count(tenant.completed))",
        HTMLTable.Cell(FigureText.count(tenant.errors), tenant.errors > 0 ? .bad : nil),
        "\(FigureText.time(nanoseconds: tenant.p50Milliseconds * 1e6))",
        "\(FigureText.time(nanoseconds: tenant.p99Milliseconds * 1e6))",
      ]
    }
    page.table(HTMLTable(head: ["tenant", "completed", "errors", "p50", "p99"], rows: rows))
  }
}
