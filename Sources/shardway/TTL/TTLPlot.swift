internal import Drawing
internal import ShardMap

/// Draws the misroute window against the poll interval, with the TTL that goes with it below and
/// the load on the control plane above.
struct TTLPlot {
  let question: TTLQuestion
  let advice: [ClassAdvice]

  private let frame = (left: 92.0, right: 780.0, top: 112.0, bottom: 432.0)
  private let size = (width: 820.0, height: 560.0)
  private let grid = SVGCanvas.Ink.colour("#e3e3e3")
  private let ink = SVGCanvas.Ink.colour("#222222")
  private let faint = SVGCanvas.Ink.colour("#666666")
  private let objectiveInk = SVGCanvas.Ink.colour("#b3261e")
  private let median = 0.5
  private let classInks: [FreshnessClass: SVGCanvas.Ink] = [
    .routing: .colour("#0b57a4"), .envelope: .colour("#1b7f4d"), .permissions: .colour("#8a3ffc"),
  ]

  /// Classes that have the same curve and the same objective are drawn once.
  private struct Series {
    var names: String
    var sample: ClassAdvice
    var ink: SVGCanvas.Ink
    var dashes: String?
  }

  init(question: TTLQuestion, advice: [ClassAdvice]) {
    self.question = question
    self.advice = advice
  }

  /// The picture.
  func svg() -> String {
    var canvas = SVGCanvas(width: size.width, height: size.height)
    drawHead(&canvas)
    drawGrid(&canvas)
    for entry in series.reversed() { draw(entry, &canvas) }
    drawFrame(&canvas)
    drawLegend(&canvas)
    return canvas.file(title: "Misroute window against TTL and poll interval")
  }

  private var x: Axis {
    Axis(
      .logarithmic, TTLLimits.shortestInterval...TTLLimits.longestInterval, from: frame.left,
      to: frame.right)
  }

  private var y: Axis {
    let windows = advice.flatMap { entry in
      x.steps(40).flatMap { interval in
        [median, entry.objective.share].compactMap {
          model(entry, interval).window(exceededWith: $0)
        }
      } + [entry.objective.window]
    }
    let (low, high) = (windows.min() ?? 0.01, windows.max() ?? 100)
    return Axis(
      .logarithmic, max(low * 0.6, 0.001)...max(high * 1.7, low * 10), from: frame.bottom,
      to: frame.top)
  }

  private var series: [Series] {
    var all: [Series] = []
    for entry in advice {
      let same = all.firstIndex {
        $0.sample.objective == entry.objective
          && $0.sample.model.maxStale == entry.model.maxStale
          || $0.sample.objective == entry.objective && question.conditions.unreachable == 0
      }
      if let same {
        all[same].names += ", \(entry.freshnessClass.name)"
      } else {
        let dashes = [nil, "9 3", "3 3"][min(all.count, 2)]
        all.append(
          Series(
            names: entry.freshnessClass.name, sample: entry,
            ink: classInks[entry.freshnessClass] ?? ink, dashes: dashes))
      }
    }
    return all
  }

  private func model(_ entry: ClassAdvice, _ interval: Double) -> MisrouteModel {
    question.model(
      entry.freshnessClass, pollInterval: interval,
      maxStale: entry.model.maxStale ?? question.permissionsMaxStale)
  }

  private func drawHead(_ canvas: inout SVGCanvas) {
    canvas.text(
      "Misroute window against TTL and poll interval", at: (frame.left, 30), ink, size: 17,
      bold: true)
    let routers = NumberText.grouped(Double(question.routers))
    let loss = NumberText.significant(question.conditions.eventLoss * 100, digits: 2)
    let rate = NumberText.significant(question.changeRate, digits: 3)
    let samples = NumberText.grouped(Double(question.conditions.times.samples))
    canvas.text(
      "\(routers) routers, mode \(question.mode.rawValue), \(rate) changes/s, event loss \(loss) %,"
        + " \(samples) samples of propagation", at: (frame.left, 50), faint)
  }

  private func drawGrid(_ canvas: inout SVGCanvas) {
    let (x, y) = (x, y)
    for tick in y.durations {
      let place = y.place(tick)
      canvas.line((frame.left, place), (frame.right, place), grid)
      canvas.text(label(tick), at: (frame.left - 8, place + 4), ink, anchor: .end)
    }
    for tick in x.durations {
      let place = x.place(tick)
      canvas.line((place, frame.top), (place, frame.bottom), grid)
      canvas.line((place, frame.bottom), (place, frame.bottom + 5), ink)
      canvas.line((place, frame.top), (place, frame.top - 5), ink)
      canvas.text(label(tick), at: (place, frame.bottom + 20), ink, anchor: .middle)
      canvas.text(
        label(question.ttl(pollInterval: tick)), at: (place, frame.bottom + 38), faint,
        anchor: .middle)
      canvas.text(
        NumberText.grouped(question.load(pollInterval: tick)), at: (place, frame.top - 10), faint,
        anchor: .middle, size: 11)
    }
    canvas.text("poll", at: (16, frame.bottom + 20), ink)
    canvas.text("TTL", at: (16, frame.bottom + 38), faint)
    canvas.text(
      "requests/s at the control plane", at: (frame.left, frame.top - 30), faint, size: 11)
    canvas.text(
      "misroute window", at: (24, (frame.top + frame.bottom) / 2), ink, anchor: .middle,
      turned: true)
  }

  private func draw(_ entry: Series, _ canvas: inout SVGCanvas) {
    let (x, y) = (x, y)
    let objective = entry.sample.objective
    let level = y.place(objective.window)
    canvas.line(
      (frame.left, level), (frame.right, level), objectiveInk, width: 1.5, dashes: "7 4")
    for (share, width, dashes) in [(median, 1.2, "2 3"), (objective.share, 2.4, entry.dashes)] {
      for points in curve(entry.sample, share) {
        canvas.path(points, entry.ink, width: width, dashes: dashes)
      }
    }
    guard entry.sample.isMet,
      let window = entry.sample.model.window(exceededWith: objective.share)
    else { return }
    let place = x.place(entry.sample.model.pollInterval)
    canvas.line(
      (place, y.place(window)), (place, frame.bottom), entry.ink, dashes: "4 3")
    canvas.circle((place, y.place(window)), radius: 5, entry.ink)
  }

  /// The points of a curve; it has a gap where no window is long enough.
  private func curve(_ entry: ClassAdvice, _ share: Double) -> [[(x: Double, y: Double)]] {
    let (x, y) = (x, y)
    var runs: [[(x: Double, y: Double)]] = [[]]
    for interval in x.steps(240) {
      if let window = model(entry, interval).window(exceededWith: share) {
        let place = min(max(y.place(max(window, 1e-6)), frame.top), frame.bottom)
        runs[runs.count - 1].append((x.place(interval), place))
      } else if runs.last?.isEmpty == false {
        runs.append([])
      }
    }
    return runs
  }

  private func drawFrame(_ canvas: inout SVGCanvas) {
    canvas.frame(
      x: frame.left, y: frame.top, width: frame.right - frame.left,
      height: frame.bottom - frame.top, ink)
  }

  /// A duration as it is printed, rather than typed: `2 min`.
  private func label(_ seconds: Double) -> String {
    let text = DurationText.short(seconds)
    let unit = String(text.drop { $0.isNumber || $0 == "." })
    return "\(text.dropLast(unit.count)) \(unit == "m" ? "min" : unit)"
  }

  private func drawLegend(_ canvas: inout SVGCanvas) {
    var place = frame.bottom + 66
    func row(
      _ text: String, stroke: SVGCanvas.Ink, width: Double, dashes: String?, dot: Bool = false
    ) {
      canvas.line(
        (frame.left, place - 4), (frame.left + 34, place - 4), stroke, width: width,
        dashes: dashes)
      if dot { canvas.circle((frame.left + 17, place - 4), radius: 5, stroke) }
      canvas.text(text, at: (frame.left + 44, place), ink)
      place += 18
    }
    for entry in series {
      let objective = entry.sample.objective
      let advised =
        entry.sample.isMet
        ? "poll every \(label(entry.sample.model.pollInterval)),"
          + " TTL \(label(entry.sample.model.ttl))"
        : "not reached by any interval"
      row(
        "\(entry.names): exceeded by \(NumberText.oneIn(objective.share)); \(advised)",
        stroke: entry.ink, width: 2.4, dashes: entry.dashes, dot: entry.sample.isMet)
    }
    row("median of a change", stroke: series.first?.ink ?? ink, width: 1.2, dashes: "2 3")
    let windows = Set(advice.map(\.objective.window)).sorted().map(label)
    row(
      "objective: \(windows.joined(separator: ", "))", stroke: objectiveInk, width: 1.5,
      dashes: "7 4")
  }
}
