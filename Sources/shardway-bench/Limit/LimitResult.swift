internal import Foundation
internal import LoadResults

/// What a search for the highest rate has found; in JSON.
struct LimitResult: Sendable, Codable {
  /// One rate that was tried.
  struct Step: Sendable, Codable {
    /// What was asked for, transactions a second over all loads.
    var offered: Double
    var completed: Double
    var p50Milliseconds: Double?
    var p99Milliseconds: Double?
    var maxMilliseconds: Double?
    /// Failed transactions as a share of those that were due.
    var errorRate: Double
    /// How late the generator itself was in 1 % of cases, at least.
    var scheduleErrorP99Milliseconds: Double?
    var verdicts: [Verdict]

    /// Whether every objective was reached.
    var holds: Bool { verdicts.allSatisfy(\.holds) }
  }

  /// The number of the format.
  static let format = 1

  var format = Self.format
  var scenario: String
  var about: String
  var target: String
  var machine: String
  var startedAtMilliseconds: Int64
  var stepSeconds: Double
  var ending: RunResult.Ending
  /// In the order in which they were tried.
  var steps: [Step]
  /// The highest rate at which all objectives held; nil if there was none.
  var limit: Double?
  /// The lowest rate at which one broke; nil if none did.
  var broke: Double?

  /// The objectives that broke first: at the lowest rate that was too much.
  var brokeFirst: [Verdict] {
    let step = steps.last { $0.offered == broke && !$0.holds }
    return step?.verdicts.filter { !$0.holds } ?? []
  }
}

extension LimitResult.Step {
  /// A step's figures, out of its run's.
  init(offered: Double, _ result: RunResult) {
    var all = LatencyCounts()
    for load in result.loads { all.merge(load.latency) }
    let due = result.loads.reduce(0) { $0 + $1.due }
    let completed = result.loads.reduce(0) { $0 + $1.completed }
    self.init(
      offered: offered, completed: result.seconds > 0 ? Double(completed) / result.seconds : 0,
      p50Milliseconds: all.percentile(50).map(Self.milliseconds),
      p99Milliseconds: all.percentile(99).map(Self.milliseconds),
      maxMilliseconds: all.percentile(100).map(Self.milliseconds),
      errorRate: due > 0 ? Double(due - completed) / Double(due) : 0,
      scheduleErrorP99Milliseconds: result.scheduleError.percentile(99).map(Self.milliseconds),
      verdicts: result.verdicts)
  }

  private static func milliseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e6 }
}
