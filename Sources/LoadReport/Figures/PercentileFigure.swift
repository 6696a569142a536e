internal import Drawing
internal import LoadResults

/// Latency by percentile, the slowest transactions spread out to the right, as HdrHistogram's
/// plotter draws it.
struct PercentileFigure {
  /// One line.
  struct Line {
    var name: String
    var style: String
    var width: Double
    var dashes: String?
    var counts: LatencyCounts
  }

  var title: String
  var caption: String
  var lines: [Line]
  var width = FigureSize.half

  /// A load's latency beside its service time, and beside what it was alone.
  init?(_ load: LoadResult) {
    title = "Latency by percentile"
    caption =
      "Latency counts from the intended start; service time from the moment it was sent, which is"
      + " what a closed loop would have told. Where they part, transactions waited to be sent."
    lines = [
      Line(name: "latency", style: "s1", width: 2, dashes: nil, counts: load.latency),
      Line(name: "service time", style: "s2", width: 1.6, dashes: "6 3", counts: load.service),
    ]
    if let alone = load.alone {
      lines.append(
        Line(name: "alone", style: "s3", width: 1.6, dashes: "2 3", counts: alone))
    }
    lines.removeAll { $0.counts.total == 0 }
    if lines.isEmpty { return nil }
  }

  /// The latencies of several loads.
  init?(_ loads: [LoadResult]) {
    title = "Latency of all loads by percentile"
    caption = "From the intended start."
    let dashes: [String?] = [nil, "7 3", "2 3", "8 3 2 3", "4 4"]
    lines = loads.filter { $0.latency.total > 0 }.prefix(5).enumerated().map { index, load in
      Line(
        name: load.name, style: "s\(index + 1)", width: 1.8, dashes: dashes[index],
        counts: load.latency)
    }
    width = FigureSize.full
    if lines.count < 2 { return nil }
  }

  /// The picture with its caption.
  var figure: Figure {
    var canvas = SVGCanvas(width: width, height: 284)
    let steps = lines.map { PercentileDistribution($0.counts).steps }
    let most = lines.map(\.counts.total).max() ?? 1
    let times = steps.flatMap { $0.map { Double(max(1, $0.nanoseconds)) } }
    let panel = Panel(
      left: 66, right: width - 24, top: 36, bottom: 246,
      x: (.logarithmic, 1...max(10, Double(most))),
      y: (.logarithmic, (times.min() ?? 1) * 0.8...(times.max() ?? 10) * 1.25))
    panel.drawColumns(Self.ticks(most), title: "percentile", on: &canvas)
    panel.drawRows(
      panel.y.ticks(about: 6).map { ($0, TickText.time(nanoseconds: $0)) },
      title: "time (log.)", on: &canvas)
    for (line, steps) in zip(lines, steps).reversed() {
      let points = steps.map { step in
        let distance = 1 - step.percentile / 100
        return panel.place(
          distance > 0 ? 1 / distance : Double(line.counts.total),
          Double(max(1, step.nanoseconds)))
      }
      canvas.path(
        PathThinning.thinned(points), .style(line.style), width: line.width, dashes: line.dashes)
      if points.count == 1 { canvas.dots(points, diameter: 5, .style(line.style)) }
    }
    panel.drawBase(on: &canvas)
    Legend(
      entries: lines.map { ($0.name, $0.style, .line(width: $0.width, dashes: $0.dashes)) }
    ).draw(above: panel, on: &canvas)
    return Figure(title: title, caption: caption, canvas: canvas)
  }

  /// 0 %, 90 %, 99 % and so on, as far as there are transactions.
  private static func ticks(_ most: Int) -> [Panel.Tick] {
    var ticks: [Panel.Tick] = [(1, "0 %"), (2, "50 %")]
    var (inverse, nines) = (10.0, 0)
    while inverse <= max(10, Double(most)) {
      let text =
        nines == 0 ? "90" : nines == 1 ? "99" : "99." + repeatElement("9", count: nines - 1)
      ticks.append((inverse, "\(text) %"))
      inverse *= 10
      nines += 1
    }
    return ticks
  }
}
