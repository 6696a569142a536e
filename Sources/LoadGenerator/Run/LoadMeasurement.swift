public import LoadResults

/// What a run has measured, over all workers.
public struct LoadMeasurement: Sendable {
  /// When the measurement began, milliseconds since 1970; when the run was made if it ended before.
  public var startedAtMilliseconds: Int64
  /// How long the measurement was; shorter than asked for if it was stopped.
  public var seconds: Double
  /// Whether it went on to its end.
  public var ending: RunResult.Ending
  /// Length of a window.
  public var windowSeconds: Double
  /// The loads that ran, in the scenario's order.
  public var loads: [LoadResult]
  /// Actual − intended start of all transactions of open schedules, nanoseconds.
  public var scheduleError: LatencyCounts
  /// What a reader should know: connections that could not be opened, and those that broke while
  /// idle.
  public var remarks: [String]
}
