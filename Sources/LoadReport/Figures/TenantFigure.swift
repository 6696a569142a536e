internal import Drawing
internal import LoadResults

/// How a load's tenants fared: what each completed, and how long it waited, the busiest first.
struct TenantFigure {
  private let tenants: [TenantResult]

  /// Nil where the load has no tenant.
  init?(_ load: LoadResult) {
    tenants = load.tenants.sorted { ($1.completed, $0.name) < ($0.completed, $1.name) }
    if tenants.isEmpty { return nil }
  }

  private var areNamed: Bool { tenants.count <= ReportLimits.namedTenants }

  /// The picture with its caption.
  var figure: Figure {
    let longest = tenants.map(\.name.count).max() ?? 0
    let namesHeight = areNamed ? min(110, Double(longest) * 6 + 10) : 30
    var canvas = SVGCanvas(width: FigureSize.half, height: 246 + namesHeight + 24)
    let upper = completedPanel
    let lower = latencyPanel
    drawColumns(upper, hasTexts: false, on: &canvas)
    drawColumns(lower, hasTexts: !areNamed, on: &canvas)
    upper.drawRows(
      upper.y.ticks(about: 3).map { ($0, TickText.number($0)) },
      title: areNamed ? "completed" : "completed (log.)", on: &canvas)
    lower.drawRows(
      lower.y.ticks(about: 4).map { ($0, TickText.time(nanoseconds: $0 * 1e6)) },
      title: "latency (log.)", on: &canvas)
    drawCompleted(upper, on: &canvas)
    draw(\.p50Milliseconds, "s3", lower, on: &canvas)
    draw(\.p99Milliseconds, "s1", lower, on: &canvas)
    upper.drawBase(on: &canvas)
    lower.drawBase(on: &canvas)
    Legend(entries: [("p50", "s3", .dot), ("p99", "s1", .dot)]).draw(above: lower, on: &canvas)
    if areNamed { drawNames(lower, on: &canvas) }
    return Figure(title: "Fairness among tenants", caption: caption, canvas: canvas)
  }

  private var caption: String {
    let served = tenants.filter { $0.completed > 0 }
    guard let best = served.min(by: { $0.p99Milliseconds < $1.p99Milliseconds }),
      let worst = served.max(by: { $0.p99Milliseconds < $1.p99Milliseconds })
    else { return "No tenant completed a transaction." }
    let idle = tenants.count - served.count
    let idleText = idle == 0 ? "" : " \(FigureText.count(idle)) completed nothing."
    guard tenants.count > 1 else { return "The load has one tenant." }
    return "\(FigureText.count(tenants.count)) tenants, the busiest first. p99 from"
      + " \(FigureText.time(nanoseconds: best.p99Milliseconds * 1e6)) (\(best.name)) to"
      + " \(FigureText.time(nanoseconds: worst.p99Milliseconds * 1e6)) (\(worst.name)),"
      + " within 7 %." + idleText
  }

  // MARK: Panels

  private var x: (Axis.Scale, ClosedRange<Double>) {
    areNamed
      ? (.linear, 0.4...Double(tenants.count) + 0.6) : (.logarithmic, 1...Double(tenants.count))
  }

  private var completedPanel: Panel {
    let most = Double(tenants.first?.completed ?? 1)
    let least = Double(tenants.last { $0.completed > 0 }?.completed ?? 1)
    return Panel(
      left: 66, right: FigureSize.half - 24, top: 36, bottom: 116, x: x,
      y: areNamed
        ? (.linear, 0...max(1, most * 1.05)) : (.logarithmic, least * 0.8...max(10, most * 1.2)))
  }

  private var latencyPanel: Panel {
    let times = tenants.flatMap { [$0.p50Milliseconds, $0.p99Milliseconds] }.filter { $0 > 0 }
    return Panel(
      left: 66, right: FigureSize.half - 24, top: 156, bottom: 246, x: x,
      y: (.logarithmic, (times.min() ?? 1) * 0.7...(times.max() ?? 10) * 1.4))
  }

  private func drawColumns(_ panel: Panel, hasTexts: Bool, on canvas: inout SVGCanvas) {
    guard !areNamed else { return }
    panel.drawColumns(
      panel.x.ticks(about: 5).map { ($0, TickText.number($0)) },
      title: hasTexts ? "rank of the tenant (log.)" : nil, hasTexts: hasTexts, on: &canvas)
  }

  // MARK: Marks

  private func drawCompleted(_ panel: Panel, on canvas: inout SVGCanvas) {
    let served = tenants.enumerated().filter { $1.completed > 0 }
    guard areNamed else {
      let points = served.map { panel.place(Double($0 + 1), Double($1.completed)) }
      canvas.path(PathThinning.thinned(points), .style("s1"), width: 1.8)
      return
    }
    let width = min(26, (panel.right - panel.left) / Double(tenants.count) * 0.6)
    for (index, tenant) in served {
      let top = panel.place(Double(index + 1), Double(tenant.completed))
      canvas.rectangle(
        x: top.x - width / 2, y: top.y, width: width, height: panel.bottom - top.y, .style("s1"),
        title: "\(tenant.name): \(FigureText.count(tenant.completed)) completed,"
          + " \(FigureText.count(tenant.errors)) errors")
    }
  }

  private func draw(
    _ time: KeyPath<TenantResult, Double>, _ style: String, _ panel: Panel,
    on canvas: inout SVGCanvas
  ) {
    let points = tenants.enumerated().filter { $1[keyPath: time] > 0 }
      .map { panel.place(Double($0 + 1), $1[keyPath: time]) }
    guard !areNamed else {
      for point in points { canvas.circle(point, radius: 4.5, .style(style)) }
      return
    }
    canvas.dots(Self.sampled(points), diameter: 2.6, .style("\(style) dense"))
  }

  /// The busiest of many tenants, and an even choice of the others.
  private static func sampled(_ points: [SVGCanvas.Point]) -> [SVGCanvas.Point] {
    guard points.count > ReportLimits.dots else { return points }
    let half = ReportLimits.dots / 2
    let step = (points.count - half) / half + 1
    return points.prefix(half) + stride(from: half, to: points.count, by: step).map { points[$0] }
  }

  private func drawNames(_ panel: Panel, on canvas: inout SVGCanvas) {
    let place = (panel.right - panel.left) / Double(tenants.count)
    let longest = tenants.map { TextWidth.of($0.name, size: 11.5) }.max() ?? 0
    for (index, tenant) in tenants.enumerated() {
      let x = panel.x.place(Double(index + 1))
      if longest < place - 4 {
        canvas.text(
          tenant.name, at: (x, panel.bottom + 17), .style("label"), anchor: .middle, size: 11.5)
      } else {
        let name = tenant.name.count > 18 ? tenant.name.prefix(17) + "…" : tenant.name[...]
        canvas.text(
          String(name), at: (x + 4, panel.bottom + 8), .style("label"), anchor: .end, size: 11,
          turned: true)
      }
    }
  }
}
