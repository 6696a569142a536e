internal import LoadScenario

/// An objective's figure in a run, with what it is compared with, in one unit.
struct Finding {
  var value: Double
  var bound: Double
  /// The figure with its unit, and what a reader must know to judge it.
  var text: String

  init(of objective: Objective, in result: RunResult) throws(NoFigure) {
    let loads = result.loads.filter { objective.load == nil || $0.name == objective.load }
    if loads.isEmpty { throw .noLoad(objective.load ?? "") }
    switch objective.figure {
    case .latency(let percentile):
      try self.init(time: objective.bound, of: loads) {
        $0.percentile(percentile).map { Double($0) }
      }
      text += Self.failureNote(loads, leftOut: 1 - percentile / 100)
    case .meanLatency:
      try self.init(time: objective.bound, of: loads) { $0.mean }
      text += Self.failureNote(loads, leftOut: 0)
    case .errorRate:
      let due = Self.sum(loads, \.due)
      guard due > 0 else { throw .nothingDue }
      let share = Double(Self.sum(loads, \.failed)) / Double(due)
      try self.init(share, objective.bound, FigureText.percent(share))
    case .throughput:
      guard result.seconds > 0 else { throw .noTime }
      let rate = Double(Self.sum(loads, \.completed)) / result.seconds
      try self.init(rate, objective.bound, FigureText.rate(rate))
    case .stalenessViolations:
      let checks = loads.compactMap(\.consistency?.staleness)
      try self.init(
        violations: Self.sum(checks, \.violations), of: Self.sum(checks, \.reads), objective.bound)
    case .readYourWriteViolations:
      let checks = loads.compactMap(\.consistency)
      try self.init(
        violations: Self.sum(checks, \.ownWriteViolations), of: Self.sum(checks, \.ownWriteReads),
        objective.bound)
    case .scheduleError(let percentile):
      guard let delay = result.scheduleError.percentile(percentile) else {
        throw .nothingScheduled
      }
      guard case .time(let bound) = objective.bound else { throw .incomparable }
      self.init(
        value: Double(delay), bound: bound.nanoseconds, text: FigureText.time(nanoseconds: delay))
    }
  }

  private init(value: Double, bound: Double, text: String) {
    self.value = value
    self.bound = bound
    self.text = text
  }

  private init(_ value: Double, _ bound: Objective.Bound, _ text: String) throws(NoFigure) {
    guard case .number(let number) = bound else { throw .incomparable }
    self.init(value: value, bound: number, text: text)
  }

  private init(violations: Int, of reads: Int, _ bound: Objective.Bound) throws(NoFigure) {
    guard reads > 0 else { throw .nothingChecked }
    try self.init(
      Double(violations), bound,
      "\(FigureText.count(violations)) of \(FigureText.count(reads)) reads")
  }

  /// A latency, compared with a time or with the same figure of the load alone.
  private init(
    time bound: Objective.Bound, of loads: [LoadResult],
    _ figure: (LatencyCounts) -> Double?
  ) throws(NoFigure) {
    guard let time = figure(Self.merged(loads, { $0.latency })) else { throw .nothingCompleted }
    value = time
    text = FigureText.time(nanoseconds: time)
    switch bound {
    case .time(let duration): self.bound = duration.nanoseconds
    case .number: throw .incomparable
    case .timesAlone(let multiple):
      guard loads.count == 1, let alone = figure(Self.merged(loads, { $0.alone })), alone > 0 else {
        throw .notRunAlone
      }
      value = time / alone
      self.bound = multiple
      text =
        "\(FigureText.ratio(value)) alone (\(text) against"
        + " \(FigureText.time(nanoseconds: alone)))"
    }
  }

  private static func failureNote(_ loads: [LoadResult], leftOut: Double) -> String {
    let (failed, due) = (sum(loads, \.failed), sum(loads, \.due))
    guard due > 0 else { return "" }
    let share = Double(failed) / Double(due)
    return share > leftOut ? " of those completed; \(FigureText.percent(share)) failed" : ""
  }

  private static func sum<Part>(_ parts: [Part], _ count: KeyPath<Part, Int>) -> Int {
    parts.reduce(0) { $0 + $1[keyPath: count] }
  }

  private static func merged(
    _ loads: [LoadResult], _ counts: (LoadResult) -> LatencyCounts?
  ) -> LatencyCounts {
    loads.reduce(into: LatencyCounts()) { all, load in
      if let counts = counts(load) { all.merge(counts) }
    }
  }
}

extension Duration {
  /// The time as nanoseconds.
  var nanoseconds: Double {
    Double(components.seconds) * 1e9 + Double(components.attoseconds) * 1e-9
  }
}
