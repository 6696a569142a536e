/// A figure that two runs are compared by.
public enum ComparedFigure: String, Sendable, Codable, CaseIterable {
  /// The median of latency, nanoseconds.
  case p50
  /// The 90th percentile of latency, nanoseconds.
  case p90
  /// The 99th percentile of latency, nanoseconds.
  case p99
  /// The 99.9th percentile of latency, nanoseconds.
  case p999 = "p99.9"
  /// The mean of latency, nanoseconds.
  case mean
  /// Completed transactions a second.
  case throughput
  /// Failed transactions as a share of all that ended, 0 to 1.
  case errorRate = "error rate"

  /// The percentile of latency that it is; nil if it is something else.
  public var percentile: Double? {
    switch self {
    case .p50: 50
    case .p90: 90
    case .p99: 99
    case .p999: 99.9
    case .mean, .throughput, .errorRate: nil
    }
  }

  /// Whether less of it is better.
  public var lessIsBetter: Bool { self != .throughput }

  /// A value with its unit.
  public func text(_ value: Double) -> String {
    switch self {
    case .p50, .p90, .p99, .p999, .mean: FigureText.time(nanoseconds: value)
    case .throughput: FigureText.rate(value)
    case .errorRate: FigureText.percent(value)
    }
  }

  /// What a load's figure was; nil if it has none.
  func value(of load: LoadResult, seconds: Double) -> Double? {
    switch self {
    case .p50, .p90, .p99, .p999:
      percentile.flatMap { load.latency.percentile($0) }.map { Double($0) }
    case .mean: load.latency.mean
    case .throughput: seconds > 0 ? Double(load.completed) / seconds : nil
    case .errorRate: load.due > 0 ? Double(load.failed) / Double(load.due) : nil
    }
  }

  /// How much two equal values may differ only because of how they are kept.
  func resolution(of value: Double) -> Double {
    switch self {
    case .p50, .p90, .p99, .p999, .mean: value * ComparisonLimits.resolution
    case .throughput, .errorRate: 0
    }
  }
}
