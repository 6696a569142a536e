internal import Drawing
internal import LoadResults

/// Ratios with their spread, a dot and a whisker each, on a logarithmic axis through 1.
struct IntervalFigure {
  /// One ratio.
  struct Row {
    var name: String
    var low: Double?
    var middle: Double
    var high: Double?
    var style: String
  }

  /// Ratios under a title of their own.
  struct Group {
    var name: String
    var rows: [Row]
  }

  private static let rowHeight = 20.0
  private static let left = 230.0
  private static let right = FigureSize.full - 150

  var title: String
  var caption: String
  /// What is left and right of 1.
  var sides: (less: String, more: String)
  var groups: [Group]

  /// The picture with its caption; nil where there is no ratio above 0.
  var figure: Figure? {
    let rows = groups.flatMap(\.rows).filter { $0.middle > 0 && $0.middle.isFinite }
    guard !rows.isEmpty else { return nil }
    let ends = rows.flatMap { [$0.low ?? $0.middle, $0.middle, $0.high ?? $0.middle] }
      .filter { $0 > 0 && $0.isFinite }
    let (least, most) = (min(0.95, ends.min() ?? 1), max(1.05, ends.max() ?? 1))
    let bottom = 40 + Double(rows.count + groups.count) * Self.rowHeight
    var canvas = SVGCanvas(width: FigureSize.full, height: bottom + 40)
    let panel = Panel(
      left: Self.left, right: Self.right, top: 40, bottom: bottom,
      x: (.logarithmic, least / 1.03...most * 1.03), y: (.linear, 0...1))
    panel.drawColumns(
      panel.x.ticks(about: 6).map { ($0, "\(TickText.number($0)) ×") }, on: &canvas)
    let one = panel.x.place(1)
    canvas.line((one, panel.top - 6), (one, bottom), .style("text"), width: 1.3)
    canvas.text(
      "← \(sides.less)", at: (one - 8, panel.top - 12), .style("label"), anchor: .end, size: 11.5)
    canvas.text("\(sides.more) →", at: (one + 8, panel.top - 12), .style("label"), size: 11.5)
    var y = panel.top
    for group in groups {
      y += Self.rowHeight
      canvas.text(group.name, at: (0, y - 4), .style("text"), size: 12.5, bold: true)
      for row in group.rows where row.middle > 0 && row.middle.isFinite {
        y += Self.rowHeight
        draw(row, at: y - Self.rowHeight / 2, panel, on: &canvas)
      }
    }
    return Figure(title: title, caption: caption, canvas: canvas)
  }

  private func draw(_ row: Row, at y: Double, _ panel: Panel, on canvas: inout SVGCanvas) {
    canvas.text(row.name, at: (14, y + 4), .style("label"), size: 12)
    let (low, high) = (row.low ?? row.middle, row.high ?? row.middle)
    canvas.line(
      (panel.x.place(low), y), (panel.x.place(high), y), .style(row.style), width: 2.4)
    for end in [low, high] where row.low != nil {
      canvas.line(
        (panel.x.place(end), y - 4), (panel.x.place(end), y + 4), .style(row.style), width: 1.6)
    }
    canvas.circle((panel.x.place(row.middle), y), radius: 4.5, .style(row.style))
    let spread =
      row.low == nil ? "" : " (\(FigureText.significant(low))–\(FigureText.significant(high)))"
    canvas.text(
      FigureText.significant(row.middle) + spread, at: (FigureSize.full, y + 4), .style("text"),
      anchor: .end, size: 11.5)
  }
}
