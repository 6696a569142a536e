internal import Drawing
internal import LoadResults

/// Throughput and latency by the rate that was offered, with the limit between them.
struct LimitFigure {
  private static let left = 74.0
  private static let right = FigureSize.full - 22

  private let result: LimitResult
  private let steps: [LimitResult.Step]
  /// The last try of each rate, by rate: what lines go through.
  private let last: [LimitResult.Step]
  private let rates: ClosedRange<Double>

  /// Nil where fewer than two rates were tried.
  init?(_ result: LimitResult, steps: [LimitResult.Step]) {
    guard let least = steps.first?.offered, let most = steps.last?.offered, least < most else {
      return nil
    }
    self.result = result
    self.steps = steps
    let byRate = Dictionary(result.steps.map { ($0.offered, $0) }) { $1 }
    last = byRate.values.sorted { $0.offered < $1.offered }
    rates = least / 1.05...most * 1.05
  }

  /// The picture with its caption.
  var figure: Figure {
    var canvas = SVGCanvas(width: FigureSize.full, height: 420)
    drawThroughput(on: &canvas)
    drawLatency(on: &canvas)
    return Figure(
      title: "Throughput and latency by offered rate",
      caption: "Each dot is one try, and lines go through the last of each rate. Green dots held"
        + " all objectives, red ones did not; the upright line is the limit. Where completed leaves"
        + " the dashed line, the target falls behind.",
      canvas: canvas)
  }

  private func drawThroughput(on canvas: inout SVGCanvas) {
    let most = max(steps.map(\.completed).max() ?? 1, rates.upperBound)
    let panel = panel(34, 164, (.linear, 0...most * 1.08))
    drawColumns(panel, isLast: false, on: &canvas)
    panel.drawRows(
      panel.y.ticks(about: 4).map { ($0, TickText.number($0)) }, title: "completed/s", on: &canvas)
    let ideal = last.map { panel.place($0.offered, $0.offered) }
    canvas.path(ideal, .style("s6"), width: 1.4, dashes: "5 4")
    canvas.path(last.map { panel.place($0.offered, $0.completed) }, .style("s1"), width: 2)
    drawDots(panel, on: &canvas) { $0.completed }
    panel.drawBase(on: &canvas)
    Legend(
      entries: [
        ("offered", "s6", .line(width: 1.4, dashes: "5 4")),
        ("completed", "s1", .line(width: 2, dashes: nil)),
      ]
    ).draw(above: panel, on: &canvas)
  }

  private func drawLatency(on canvas: inout SVGCanvas) {
    let times = steps.flatMap { [$0.p50Milliseconds, $0.p99Milliseconds].compactMap(\.self) }
      .filter { $0 > 0 }
    guard let least = times.min(), let most = times.max() else { return }
    let panel = panel(212, 372, (.logarithmic, least * 0.8e6...most * 1.25e6))
    drawColumns(panel, isLast: true, on: &canvas)
    panel.drawRows(
      panel.y.ticks(about: 5).map { ($0, TickText.time(nanoseconds: $0)) },
      title: "latency (logarithmic)", on: &canvas)
    draw(panel, "s3", on: &canvas) { $0.p50Milliseconds }
    draw(panel, "s1", on: &canvas) { $0.p99Milliseconds }
    drawDots(panel, on: &canvas) { $0.p99Milliseconds.map { $0 * 1e6 } }
    panel.drawBase(on: &canvas)
    Legend(
      entries: [
        ("p50", "s3", .line(width: 2, dashes: nil)), ("p99", "s1", .line(width: 2, dashes: nil)),
      ]
    ).draw(above: panel, on: &canvas)
  }

  private func panel(
    _ top: Double, _ bottom: Double, _ y: (Axis.Scale, ClosedRange<Double>)
  ) -> Panel {
    Panel(
      left: Self.left, right: Self.right, top: top, bottom: bottom, x: (.logarithmic, rates), y: y)
  }

  private func drawColumns(_ panel: Panel, isLast: Bool, on canvas: inout SVGCanvas) {
    panel.drawColumns(
      panel.x.ticks(about: 8).map { ($0, TickText.number($0)) },
      title: isLast ? "offered, transactions a second (log.)" : nil, hasTexts: isLast, on: &canvas)
    guard let limit = result.limit else { return }
    let place = panel.x.place(limit)
    canvas.line((place, panel.top), (place, panel.bottom), .style("text"), width: 1.2)
  }

  private func draw(
    _ panel: Panel, _ style: String, on canvas: inout SVGCanvas,
    _ milliseconds: (LimitResult.Step) -> Double?
  ) {
    let points = last.compactMap { step in
      milliseconds(step).flatMap { $0 > 0 ? panel.place(step.offered, $0 * 1e6) : nil }
    }
    canvas.path(points, .style(style), width: 2)
  }

  private func drawDots(
    _ panel: Panel, on canvas: inout SVGCanvas, _ value: (LimitResult.Step) -> Double?
  ) {
    for step in steps {
      guard let value = value(step), value > 0 else { continue }
      canvas.circle(
        panel.place(step.offered, value), radius: 4.5, .style(step.holds ? "s3" : "bad"),
        title: "\(FigureText.rate(step.offered)): \(step.holds ? "holds" : LimitText.broken(step))")
    }
  }
}
