/// Something that must hold of a run: `p99 < 5 ms for premium`.
public struct Objective: Sendable, Equatable {
  /// What is compared.
  public enum Figure: Sendable, Equatable {
    /// A percentile of latency, from the intended start; above 0, at most 100 (the maximum).
    case latency(percentile: Double)
    /// The mean of latency.
    case meanLatency
    /// Failed transactions as a share of those that were due, 0 to 1.
    case errorRate
    /// Completed transactions a second.
    case throughput
    /// Reads that were older than their tier allows.
    case stalenessViolations
    /// Reads that lacked the session's own write.
    case readYourWriteViolations
    /// A percentile of the generator's own delay: actual − intended start.
    case scheduleError(percentile: Double)
  }

  /// How the figure is compared with the bound.
  public enum Comparison: String, Sendable, CaseIterable {
    case less = "<"
    case atMost = "<="
    case equal = "="
    case atLeast = ">="
    case greater = ">"
  }

  /// What the figure is compared with.
  public enum Bound: Sendable, Equatable {
    /// For latencies and schedule errors.
    case time(Duration)
    /// For shares (0 to 1), rates a second, and counts.
    case number(Double)
    /// A multiple of the same figure of the same load when it ran alone; only for latencies.
    case timesAlone(Double)
  }

  /// As it was written.
  public var text: String
  /// What is compared.
  public var figure: Figure
  /// The load it is about; nil is all together.
  public var load: String?
  /// How it is compared.
  public var comparison: Comparison
  /// What it is compared with.
  public var bound: Bound

  /// Something that must hold.
  public init(text: String, figure: Figure, load: String?, comparison: Comparison, bound: Bound) {
    self.text = text
    self.figure = figure
    self.load = load
    self.comparison = comparison
    self.bound = bound
  }
}
