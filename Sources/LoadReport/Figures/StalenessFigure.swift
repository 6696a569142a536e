internal import Drawing
internal import LoadResults

/// How old reads were against what the router said it had proven: sound proofs lie on or below the
/// diagonal, kept bounds below the line across.
struct StalenessFigure {
  private let staleness: ConsistencyResult.Staleness
  private let samples: [(proven: Double, measured: Double)]

  /// Nil where no read lacked anything.
  init?(_ staleness: ConsistencyResult.Staleness) {
    self.staleness = staleness
    samples = zip(staleness.provenMilliseconds, staleness.measuredMilliseconds)
      .prefix(ReportLimits.dots).map { ($0, $1) }
    if samples.isEmpty { return nil }
  }

  /// The picture with its caption.
  var figure: Figure {
    var canvas = SVGCanvas(width: FigureSize.half, height: 314)
    let most = max(
      staleness.boundMilliseconds, samples.map(\.proven).max() ?? 0,
      samples.map(\.measured).max() ?? 0)
    let panel = Panel(
      left: 96, right: FigureSize.half - 24, top: 36, bottom: 276, x: (.linear, 0...most * 1.06),
      y: (.linear, 0...most * 1.06))
    let time = { (value: Double) in TickText.time(nanoseconds: value * 1e6) }
    panel.drawColumns(
      panel.x.ticks(about: 4).map { ($0, time($0)) }, title: "age that the router had proven",
      on: &canvas)
    panel.drawRows(
      panel.y.ticks(about: 5).map { ($0, time($0)) }, title: "age that was measured", on: &canvas)
    drawLines(panel, most, on: &canvas)
    draw(style: "s1 dense", 4, panel, on: &canvas) { isKept($0) && !isUnsound($0) }
    draw(style: "s2", 5, panel, on: &canvas) { isKept($0) && isUnsound($0) }
    draw(style: "bad", 5, panel, on: &canvas) { !isKept($0) }
    drawUnsaid(panel, on: &canvas)
    panel.drawBase(on: &canvas)
    canvas.line((panel.left, panel.top), (panel.left, panel.bottom), .style("rim"))
    return Figure(title: "Staleness, proven against measured", caption: caption, canvas: canvas)
  }

  private func isKept(_ sample: (proven: Double, measured: Double)) -> Bool {
    sample.measured <= staleness.boundMilliseconds
  }

  /// Whether the read was older than the router had proven.
  private func isUnsound(_ sample: (proven: Double, measured: Double)) -> Bool {
    sample.measured > sample.proven
  }

  private func draw(
    style: String, _ diameter: Double, _ panel: Panel, on canvas: inout SVGCanvas,
    _ isShown: ((proven: Double, measured: Double)) -> Bool
  ) {
    canvas.dots(
      samples.filter { $0.proven >= 0 && isShown($0) }
        .map { panel.place($0.proven, $0.measured) }, diameter: diameter, .style(style))
  }

  private func drawLines(_ panel: Panel, _ most: Double, on canvas: inout SVGCanvas) {
    let end = panel.place(most * 1.06, most * 1.06)
    canvas.line(panel.place(0, 0), end, .style("rim"), width: 1.3, dashes: "5 4")
    let middle = panel.place(most * 0.55, most * 0.55)
    canvas.text(
      "measured = proven", at: (middle.x - 12, middle.y), .style("label"), anchor: .end, size: 11)
    let bound = staleness.boundMilliseconds
    canvas.line(
      (panel.left, panel.y.place(bound)), (panel.right, panel.y.place(bound)), .style("bad"),
      width: 1.5)
    canvas.text(
      "bound \(TickText.time(nanoseconds: bound * 1e6))",
      at: (panel.left + 6, panel.y.place(bound) - 5), .style("bad"), size: 11.5)
  }

  /// Reads of which the router said nothing, in a strip of their own beside the axis.
  private func drawUnsaid(_ panel: Panel, on canvas: inout SVGCanvas) {
    let unsaid = samples.filter { $0.proven < 0 }
    guard !unsaid.isEmpty else { return }
    canvas.dots(
      unsaid.map { (panel.left - 70, panel.y.place($0.measured)) }, diameter: 4, .style("s2 dense"))
    canvas.text(
      "said nothing", at: (panel.left - 92, panel.bottom + 16), .style("label"), size: 11)
  }

  private var caption: String {
    let unsound = samples.count { $0.proven >= 0 && isUnsound($0) }
    let replica =
      staleness.reads > 0 ? Double(staleness.readsOnReplica) / Double(staleness.reads) : 0
    return "\(FigureText.count(staleness.reads)) reads, \(FigureText.percent(replica)) of them on a"
      + " replica; \(FigureText.count(samples.count)) that lacked something are drawn. A dot above"
      + " the diagonal is a read that was older than proven: \(FigureText.count(unsound))."
      + " Older than the bound: \(FigureText.count(staleness.violations))."
  }
}
