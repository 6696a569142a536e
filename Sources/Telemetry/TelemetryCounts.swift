import Synchronization

/// What becomes of the telemetry itself, outside of the workers: sent, lost, left out.
public enum TelemetryCounter: Int, CaseIterable, Sendable {
  case spansExported, spansLost, exportsFailed
  case logLinesWritten, logLinesLost, logLinesSuppressed

  /// The counter's stable name.
  public var name: String {
    switch self {
    case .spansExported: "traces_exported"
    case .spansLost: "traces_lost"
    case .exportsFailed: "trace_exports_failed"
    case .logLinesWritten: "log_lines_written"
    case .logLinesLost: "log_lines_dropped"
    case .logLinesSuppressed: "log_lines_suppressed"
    }
  }
}

/// Counts of telemetry that any thread may add to. Not for workers' threads: an addition is an atomic read-modify-write.
public final class TelemetryCounts: Sendable {
  private let spansExported = Atomic<UInt64>(0)
  private let spansLost = Atomic<UInt64>(0)
  private let exportsFailed = Atomic<UInt64>(0)
  private let logLinesWritten = Atomic<UInt64>(0)
  private let logLinesLost = Atomic<UInt64>(0)
  private let logLinesSuppressed = Atomic<UInt64>(0)

  /// Counts of zero.
  public init() {}

  /// Adds to a count. Any thread may.
  public func add(_ counter: TelemetryCounter, _ amount: Int = 1) {
    let amount = UInt64(amount)
    switch counter {
    case .spansExported: spansExported.add(amount, ordering: .relaxed)
    case .spansLost: spansLost.add(amount, ordering: .relaxed)
    case .exportsFailed: exportsFailed.add(amount, ordering: .relaxed)
    case .logLinesWritten: logLinesWritten.add(amount, ordering: .relaxed)
    case .logLinesLost: logLinesLost.add(amount, ordering: .relaxed)
    case .logLinesSuppressed: logLinesSuppressed.add(amount, ordering: .relaxed)
    }
  }

  /// A count as of some moment just now. Any thread may ask.
  public func value(_ counter: TelemetryCounter) -> UInt64 {
    switch counter {
    case .spansExported: spansExported.load(ordering: .relaxed)
    case .spansLost: spansLost.load(ordering: .relaxed)
    case .exportsFailed: exportsFailed.load(ordering: .relaxed)
    case .logLinesWritten: logLinesWritten.load(ordering: .relaxed)
    case .logLinesLost: logLinesLost.load(ordering: .relaxed)
    case .logLinesSuppressed: logLinesSuppressed.load(ordering: .relaxed)
    }
  }
}
