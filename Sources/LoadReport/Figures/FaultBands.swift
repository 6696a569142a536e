internal import Drawing
internal import LoadResults

/// Marks of faults behind the panels of a time axis, with names above them.
struct FaultBands {
  private struct Band {
    var label: String
    var from: Double
    var to: Double
    var isDone: Bool
    /// The row of its name above the panels; nil where there is no room.
    var row: Int?
  }

  private static let rowHeight = 16.0
  private static let size = 11.5
  private var bands: [Band] = []

  /// Pixels that the names need.
  private(set) var height = 0.0

  /// The faults of a run on a time axis.
  init(_ result: RunResult, on axis: Axis) {
    var rowEnds: [Double] = []
    for (index, fault) in result.faults.enumerated() where fault.from <= result.seconds {
      var band = Band(
        label: Self.label(fault, index + 1), from: axis.place(fault.from),
        to: axis.place(fault.to ?? result.seconds), isDone: fault.failure == nil)
      var width = TextWidth.of(band.label, size: Self.size)
      var row = rowEnds.firstIndex { $0 < band.from } ?? rowEnds.count
      if row >= ReportLimits.faultRows {
        band.label = "\(index + 1)"
        width = TextWidth.of(band.label, size: Self.size)
        row = rowEnds.firstIndex { $0 < band.from } ?? row
      }
      if row < ReportLimits.faultRows {
        if row == rowEnds.count { rowEnds.append(0) }
        rowEnds[row] = min(band.from, axis.place(result.seconds) - width) + width + 10
        band.row = row
      }
      bands.append(band)
    }
    height = Double(rowEnds.count) * Self.rowHeight
  }

  /// Draws the bands and names, the names in the ``height`` pixels above `top`.
  func draw(from top: Double, to bottom: Double, right: Double, on canvas: inout SVGCanvas) {
    for band in bands {
      if band.isDone {
        canvas.rectangle(
          x: band.from, y: top, width: max(1.5, band.to - band.from), height: bottom - top,
          .style("fault band"))
      }
      let nameTop = band.row.map { top - height + Double($0) * Self.rowHeight + 4 } ?? top
      canvas.line(
        (band.from, nameTop), (band.from, bottom), .style("fault"), width: 1.2,
        dashes: band.isDone ? nil : "3 3")
      if band.isDone, band.to - band.from > 3 {
        canvas.line((band.to, top), (band.to, bottom), .style("fault"), width: 0.8)
      }
      guard band.row != nil else { continue }
      let width = TextWidth.of(band.label, size: Self.size)
      let isCutOff = band.from + 4 + width > right
      canvas.text(
        band.label, at: (isCutOff ? band.from - 4 : band.from + 4, nameTop + 9), .style("text"),
        anchor: isCutOff ? .end : .start, size: Self.size)
    }
  }

  private static func label(_ fault: FaultMark, _ number: Int) -> String {
    let title =
      fault.title.count > ReportLimits.faultLetters
      ? fault.title.prefix(ReportLimits.faultLetters - 1) + "…" : fault.title
    return "\(number) \(title)\(fault.failure == nil ? "" : ": not done")"
  }
}
