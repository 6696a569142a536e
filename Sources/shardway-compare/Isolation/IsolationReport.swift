internal import Console
internal import Foundation
internal import LoadGenerator
internal import LoadResults
internal import LocalFleet

/// The outcome of one block.
struct IsolationBlock: Sendable {
  /// What became of the flood.
  struct Flood: Sendable, Codable {
    /// Transactions that were answered, a second.
    let completedPerSecond: Double
    /// Transactions that were not, by SQLSTATE or cause.
    let errors: [String: Int]

    init?(_ measurement: LoadMeasurement) {
      guard let load = measurement.loads.first, measurement.seconds > 0 else { return nil }
      completedPerSecond = Double(load.completed) / measurement.seconds
      errors = load.errors
    }
  }

  /// Of the premium tenant's transactions, from their intended start.
  let latency: LatencyCounts
  let flood: Flood?
}

/// What one contender came to.
struct IsolationResult: Sendable {
  let name: String
  /// The premium tenant's latency over all blocks alone, and over all beside the flood.
  private(set) var alone = LatencyCounts()
  private(set) var beside = LatencyCounts()
  /// By round: its p99 beside the flood ÷ alone.
  private(set) var ratios: [Double] = []
  private(set) var floods: [IsolationBlock.Flood] = []

  init(name: String) { self.name = name }

  mutating func add(alone block: IsolationBlock, beside other: IsolationBlock) {
    alone.merge(block.latency)
    beside.merge(other.latency)
    if let before = block.latency.percentile(99), let after = other.latency.percentile(99) {
      ratios.append(Double(after) / Double(before))
    }
    if let flood = other.flood { floods.append(flood) }
  }
}

/// The table, and the file.
struct IsolationReport: Codable {
  /// A contender's line.
  struct Row: Codable {
    let name: String
    let p50AloneMicroseconds: Double
    let p50BesideMicroseconds: Double
    let p99AloneMicroseconds: Double
    let p99BesideMicroseconds: Double
    /// The p99 of all blocks beside the flood ÷ that of all blocks alone.
    let p99Ratio: Double
    /// The same, round by round.
    let p99RatioByRound: Spread
    let floods: [IsolationBlock.Flood]

    init(_ result: IsolationResult) {
      func microseconds(_ counts: LatencyCounts, _ percentile: Double) -> Double {
        Double(counts.percentile(percentile) ?? 0) / 1000
      }
      name = result.name
      p50AloneMicroseconds = microseconds(result.alone, 50)
      p50BesideMicroseconds = microseconds(result.beside, 50)
      p99AloneMicroseconds = microseconds(result.alone, 99)
      p99BesideMicroseconds = microseconds(result.beside, 99)
      p99Ratio = p99BesideMicroseconds / p99AloneMicroseconds
      p99RatioByRound = Spread(result.ratios)
      floods = result.floods
    }
  }

  let machine: Machine
  let plan: IsolationPlan
  let contenders: [Row]

  init(machine: Machine, plan: IsolationPlan, contenders: [IsolationResult]) {
    self.machine = machine
    self.plan = plan
    self.contenders = contenders.map(Row.init)
  }

  func show(on terminal: Terminal) {
    let heading = [
      "the premium tenant", "p50 alone", "p50 beside", "p99 alone", "p99 beside", "p99 ÷ alone",
      "by round", "flood served/s",
    ]
    let rows = contenders.map { row in
      [
        row.name, time(row.p50AloneMicroseconds), time(row.p50BesideMicroseconds),
        time(row.p99AloneMicroseconds), time(row.p99BesideMicroseconds),
        String(format: "%.2f", row.p99Ratio),
        String(
          format: "%.2f (%.2f–%.2f)", row.p99RatioByRound.median,
          row.p99RatioByRound.lowerQuartile, row.p99RatioByRound.upperQuartile),
        served(row),
      ]
    }
    terminal.line("")
    terminal.table([heading] + rows) { row, column in
      guard column == 5, row < 2 else { return nil }
      return contenders[row].p99Ratio <= ComparisonLimits.isolationRatio ? .good : .bad
    }
    terminal.line("target: p99 beside the flood ≤ \(ComparisonLimits.isolationRatio) × alone")
  }

  private func time(_ microseconds: Double) -> String {
    String(
      format: microseconds < 10_000 ? "%.0f µs" : "%.1f ms",
      microseconds < 10_000 ? microseconds : microseconds / 1000)
  }

  private func served(_ row: Row) -> String {
    guard !row.floods.isEmpty else { return "–" }
    return String(format: "%.0f", Spread(row.floods.map(\.completedPerSecond)).median)
  }

  /// Writes the file.
  ///
  /// - Throws: `FleetError.folder` when it can't be written.
  func write(to path: String) throws(FleetError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
  }
}
