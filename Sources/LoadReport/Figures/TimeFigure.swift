internal import Drawing
internal import LoadResults

/// What a load did over time: throughput, latency and errors, one above the other, with the faults.
struct TimeFigure {
  private static let left = 74.0
  private static let right = FigureSize.full - 22
  private static let gap = 40.0

  private let result: RunResult
  private let series: WindowSeries
  private let bands: FaultBands
  private let span: ClosedRange<Double>
  private let causes: ErrorCauses

  /// Nil where the load has no window.
  init?(_ load: LoadResult, of result: RunResult) {
    self.result = result
    series = WindowSeries(load, of: result, most: ReportLimits.timeGroups)
    if series.windows.isEmpty { return nil }
    span = 0...max(result.seconds, result.windowSeconds)
    bands = FaultBands(result, on: Axis(.linear, span, from: Self.left, to: Self.right))
    let all = series.windows.reduce(into: [String: Int]()) { all, window in
      all.merge(window.errorsByCause, uniquingKeysWith: +)
    }
    causes = ErrorCauses(all)
  }

  /// The picture with its caption.
  var figure: Figure {
    let hasErrors = series.windows.contains { $0.errors > 0 }
    let heights = [120.0, 190] + (hasErrors ? [80.0] : [])
    let top = bands.height + 34
    var canvas = SVGCanvas(
      width: FigureSize.full,
      height: top + heights.reduce(0, +) + Self.gap * Double(heights.count - 1) + 40)
    let tops = heights.indices.map { index in
      top + heights[..<index].reduce(0, +) + Self.gap * Double(index)
    }
    bands.draw(
      from: top - 26, to: tops[tops.count - 1] + heights[heights.count - 1], right: Self.right,
      on: &canvas)
    drawThroughput(tops[0], tops[0] + heights[0], on: &canvas)
    drawLatency(tops[1], tops[1] + heights[1], isLast: !hasErrors, on: &canvas)
    if hasErrors { drawErrors(tops[2], tops[2] + heights[2], on: &canvas) }
    drawHovers(from: tops[0], to: tops[tops.count - 1] + heights[heights.count - 1], on: &canvas)
    return Figure(title: "Over time", caption: caption, canvas: canvas)
  }

  private var caption: String {
    let window = TickText.time(nanoseconds: (series.windows.first?.seconds ?? 0) * 1e9)
    let faults = result.faults.isEmpty ? "" : " Bands mark faults; the list of them is below."
    return "Windows of \(window). Offered is what was due in a window, completed what ended in it;"
      + " latency counts from the intended start." + faults
  }

  private func panel(
    _ top: Double, _ bottom: Double, _ y: (Axis.Scale, ClosedRange<Double>)
  ) -> Panel {
    Panel(
      left: Self.left, right: Self.right, top: top, bottom: bottom, x: (.linear, span), y: y)
  }

  private func drawColumns(_ panel: Panel, isLast: Bool, on canvas: inout SVGCanvas) {
    panel.drawColumns(
      TickText.moments(panel.x).map { ($0, TickText.moment($0)) },
      title: isLast ? "time since the measurement began" : nil, hasTexts: isLast, on: &canvas)
  }

  // MARK: Throughput

  private func drawThroughput(_ top: Double, _ bottom: Double, on canvas: inout SVGCanvas) {
    let most = series.windows.map { max($0.dueRate, $0.completedRate) }.max() ?? 1
    let panel = panel(top, bottom, (.linear, 0...max(most * 1.08, 1)))
    drawColumns(panel, isLast: false, on: &canvas)
    panel.drawRows(
      panel.y.ticks(about: 4).map { ($0, TickText.number($0)) }, title: "transactions/s",
      on: &canvas)
    let completed = series.windows.map { panel.place($0.middle, $0.completedRate) }
    if let first = completed.first, let last = completed.last {
      canvas.area([(first.x, bottom)] + completed + [(last.x, bottom)], .style("s1 under"))
    }
    canvas.path(completed, .style("s1"), width: 1.8)
    canvas.path(
      series.windows.map { panel.place($0.middle, $0.dueRate) },
      .style("text"), width: 1.2, dashes: "5 4")
    panel.drawBase(on: &canvas)
    Legend(entries: [
      ("offered", "text", .line(width: 1.2, dashes: "5 4")),
      ("completed", "s1", .line(width: 1.8, dashes: nil)),
    ]).draw(above: panel, on: &canvas)
  }

  // MARK: Latency

  private func drawLatency(
    _ top: Double, _ bottom: Double, isLast: Bool, on canvas: inout SVGCanvas
  ) {
    let figures:
      [(text: String, percentile: Double, style: String, width: Double, dashes: String?)] =
        [
          ("p50", 50, "s3", 1.6, nil), ("p99", 99, "s1", 2, nil),
          ("max", 100, "s2", 1.1, "1.5 2.5"),
        ]
    let shortest = series.windows.compactMap { $0.latency.percentile(50) }.min() ?? 1_000
    let longest = series.windows.compactMap(\.latency.max).max() ?? 1_000_000
    let panel = panel(
      top, bottom,
      (.logarithmic, max(1, Double(shortest) * 0.7)...max(10, Double(longest) * 1.3)))
    drawColumns(panel, isLast: isLast, on: &canvas)
    panel.drawRows(
      panel.y.ticks(about: 6).map { ($0, TickText.time(nanoseconds: $0)) },
      title: "latency (logarithmic)", on: &canvas)
    for figure in figures.reversed() {
      for run in runs(of: figure.percentile, in: panel) {
        canvas.path(
          run, .style(figure.style), width: figure.width,
          dashes: figure.dashes)
        if run.count == 1 { canvas.dots(run, diameter: figure.width + 2, .style(figure.style)) }
      }
    }
    panel.drawBase(on: &canvas)
    Legend(
      entries: figures.map { ($0.text, $0.style, .line(width: $0.width, dashes: $0.dashes)) }
    ).draw(above: panel, on: &canvas)
  }

  /// A line, cut where nothing was completed.
  private func runs(of percentile: Double, in panel: Panel) -> [[SVGCanvas.Point]] {
    var runs: [[SVGCanvas.Point]] = [[]]
    for window in series.windows {
      if let value = window.latency.percentile(percentile) {
        runs[runs.count - 1].append(panel.place(window.middle, Double(value)))
      } else if runs.last?.isEmpty == false {
        runs.append([])
      }
    }
    return runs.filter { !$0.isEmpty }
  }

  // MARK: Errors

  private func drawErrors(_ top: Double, _ bottom: Double, on canvas: inout SVGCanvas) {
    let most = series.windows.map { Double($0.errors) / $0.seconds }.max() ?? 1
    let panel = panel(top, bottom, (.linear, 0...most * 1.08))
    drawColumns(panel, isLast: true, on: &canvas)
    panel.drawRows(
      panel.y.ticks(about: 3).map { ($0, TickText.number($0)) }, title: "errors/s", on: &canvas)
    for window in series.windows where window.errors > 0 {
      var below = 0.0
      for (style, count) in stack(window) where count > 0 {
        let above = below + Double(count) / window.seconds
        let (from, to) = (panel.x.place(window.at), panel.x.place(window.at + window.seconds))
        canvas.rectangle(
          x: from, y: panel.y.place(above), width: max(0.6, to - from - 0.6),
          height: panel.y.place(below) - panel.y.place(above), .style(style))
        below = above
      }
    }
    panel.drawBase(on: &canvas)
    let entries = causes.shown.map { ($0.cause, $0.style, Legend.Mark.box) }
    Legend(entries: entries).draw(above: panel, on: &canvas)
  }

  /// The styles and heights of a window's bar; one style where causes were not kept apart.
  private func stack(_ window: WindowSeries.Window) -> [(String, Int)] {
    let counts = causes.counts(window)
    let unknown = max(0, window.errors - counts.reduce(0, +))
    return zip(causes.shown.map(\.style), counts).map { ($0, $1) } + [("s6", unknown)]
  }

  // MARK: Hovers

  /// Whoever points at a window sees its figures; on paper they are not there.
  private func drawHovers(from top: Double, to bottom: Double, on canvas: inout SVGCanvas) {
    let x = Axis(.linear, span, from: Self.left, to: Self.right)
    for window in series.windows {
      let (from, to) = (x.place(window.at), x.place(window.at + window.seconds))
      let errors = window.errors > 0 ? ", \(FigureText.count(window.errors)) errors" : ""
      canvas.rectangle(
        x: from, y: top, width: to - from, height: bottom - top, .style("hover"),
        title: "\(TickText.number(window.at)) s: offered \(FigureText.rate(window.dueRate)),"
          + " completed \(FigureText.rate(window.completedRate))\(errors);"
          + " p50 \(FigureText.time(nanoseconds: window.latency.percentile(50))),"
          + " p99 \(FigureText.time(nanoseconds: window.latency.percentile(99))),"
          + " max \(FigureText.time(nanoseconds: window.latency.max))")
    }
  }
}
