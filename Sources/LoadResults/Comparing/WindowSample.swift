/// The windows of a load, in a shape that figures of many resamples are quickly made of.
///
/// All windows share one table of times; a window is a row of places in it, with counts. So a
/// resample is a sum of rows, and its percentiles are one walk over the table.
struct WindowSample {
  /// What a window adds to a resample, apart from its latencies.
  private struct Window {
    var seconds: Double
    var completed: Double
    var failed: Double
    var latencies: Double
    var latencySum: Double
    /// Its cells among ``cells``.
    var cells: Range<Int>
  }

  private struct Cell {
    var place: Int
    var count: UInt64
  }

  private var windows: [Window] = []
  private var cells: [Cell] = []
  /// Times that occur, ascending.
  private let times: [UInt64]
  /// How often each occurs in the resample at hand.
  private var tally: [UInt64]

  /// How many windows there are to draw from.
  var count: Int { windows.count }

  /// Takes `group` neighbouring windows as one.
  init(_ load: LoadResult, of result: RunResult, group: Int) {
    let all = load.windows.filter { $0.at < result.seconds }
    // The longest of a window is exact, and shares its bucket with other windows' times.
    times = Set(all.flatMap { $0.latency.nanoseconds.map(LatencyBuckets.longest(with:)) })
      .sorted()
    tally = Array(repeating: 0, count: times.count)
    let places = Dictionary(uniqueKeysWithValues: times.enumerated().map { ($1, $0) })
    for start in stride(from: 0, to: all.count, by: group) {
      let members = all[start..<min(start + group, all.count)]
      append(members, seconds: { min(result.windowSeconds, result.seconds - $0.at) }, places)
    }
  }

  private mutating func append(
    _ members: ArraySlice<WindowResult>, seconds: (WindowResult) -> Double,
    _ places: [UInt64: Int]
  ) {
    var latency = LatencyCounts()
    for member in members { latency.merge(member.latency) }
    let start = cells.count
    for (time, count) in zip(latency.nanoseconds, latency.counts) {
      guard let place = places[LatencyBuckets.longest(with: time)] else { continue }
      cells.append(Cell(place: place, count: count))
    }
    windows.append(
      Window(
        seconds: members.reduce(0) { $0 + seconds($1) },
        completed: members.reduce(0) { $0 + Double($1.completed) },
        failed: members.reduce(0) { $0 + Double($1.errors) },
        latencies: Double(latency.total), latencySum: latency.sum, cells: start..<cells.count))
  }

  /// The figures of a resample, nil where it has none, in the order of `ComparedFigure.allCases`.
  ///
  /// - Parameter weights: how often each window was drawn.
  /// - Returns: a value or nil for each figure.
  mutating func figures(_ weights: [Int]) -> [Double?] {
    tally = Array(repeating: 0, count: times.count)
    var sum = Window(
      seconds: 0, completed: 0, failed: 0, latencies: 0, latencySum: 0, cells: 0..<0)
    for (window, weight) in zip(windows, weights) where weight > 0 {
      let factor = Double(weight)
      sum.seconds += factor * window.seconds
      sum.completed += factor * window.completed
      sum.failed += factor * window.failed
      sum.latencies += factor * window.latencies
      sum.latencySum += factor * window.latencySum
      for cell in cells[window.cells] { tally[cell.place] += cell.count * UInt64(weight) }
    }
    let percentiles = percentiles(of: Int(sum.latencies))
    let ended = sum.completed + sum.failed
    return ComparedFigure.allCases.enumerated().map { index, figure in
      switch figure {
      case .p50, .p90, .p99, .p999: percentiles[index]
      case .mean: sum.latencies > 0 ? sum.latencySum / sum.latencies : nil
      case .throughput: sum.seconds > 0 ? sum.completed / sum.seconds : nil
      case .errorRate: ended > 0 ? sum.failed / ended : nil
      }
    }
  }

  /// The percentiles of the resample at hand; `ComparedFigure` begins with them, ascending.
  private func percentiles(of total: Int) -> [Double?] {
    let asked = ComparedFigure.allCases.compactMap(\.percentile)
    guard total > 0 else { return asked.map { _ in nil } }
    let ranks = asked.map { LatencyCounts.rank($0, of: total) }
    var found: [Double?] = []
    var seen: UInt64 = 0
    for place in tally.indices {
      seen += tally[place]
      while seen >= ranks[found.count] {
        found.append(Double(times[place]))
        if found.count == ranks.count { return found }
      }
    }
    return found
  }
}
