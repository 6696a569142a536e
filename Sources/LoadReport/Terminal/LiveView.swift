internal import LoadResults

/// What a terminal shows while a run goes on.
public struct LiveView: Sendable, Equatable {
  /// What a load does at the moment.
  public struct Load: Sendable, Equatable {
    /// The load's name.
    public var name: String
    /// Transactions that were due in the last window, a second.
    public var duePerSecond: Double
    /// Transactions that completed in the last window, a second.
    public var completedPerSecond: Double
    /// Transactions that failed since the measurement began.
    public var errors: Int
    /// Of the last window; nil where nothing completed.
    public var p50Nanoseconds: UInt64?
    /// Of the last window; nil where nothing completed.
    public var p99Nanoseconds: UInt64?
    /// p99 of the windows so far, the last one last; nil where nothing completed.
    public var p99History: [UInt64?]

    /// What a load does at the moment.
    public init(
      name: String, duePerSecond: Double, completedPerSecond: Double, errors: Int,
      p50Nanoseconds: UInt64?, p99Nanoseconds: UInt64?, p99History: [UInt64?] = []
    ) {
      self.name = name
      self.duePerSecond = duePerSecond
      self.completedPerSecond = completedPerSecond
      self.errors = errors
      self.p50Nanoseconds = p50Nanoseconds
      self.p99Nanoseconds = p99Nanoseconds
      self.p99History = p99History
    }
  }

  /// `connecting 12 of 64`, `warm-up`, `measuring`.
  public var phase: String
  /// Seconds of the phase so far.
  public var elapsedSeconds: Double
  /// Seconds of the phase in all; nil where that is not known.
  public var totalSeconds: Double?
  /// The loads, in the scenario's order.
  public var loads: [Load]
  /// Names of the faults that are going on.
  public var activeFaults: [String]

  /// What a terminal shows.
  public init(
    phase: String, elapsedSeconds: Double, totalSeconds: Double?, loads: [Load],
    activeFaults: [String] = []
  ) {
    self.phase = phase
    self.elapsedSeconds = elapsedSeconds
    self.totalSeconds = totalSeconds
    self.loads = loads
    self.activeFaults = activeFaults
  }

  private static let barWidth = 24
  private static let sparkWidth = 30
  /// The narrowest terminal that is written for.
  private static let leastColumns = 20

  /// The lines for a terminal, which are drawn again in place; none is wider than `columns`.
  public func lines(columns: Int = 100) -> [String] {
    var lines = [progress]
    if !loads.isEmpty {
      let heading = ["load", "due/s", "done/s", "errors", "p50", "p99", "p99 so far"]
      lines += TextTable.lines([heading] + loads.map(row)).map { "  " + $0 }
    }
    if !activeFaults.isEmpty { lines.append("  broken: " + activeFaults.joined(separator: ", ")) }
    let width = max(Self.leastColumns, columns)
    return lines.map { $0.count > width ? $0.prefix(width - 1) + "…" : $0 }
  }

  /// One line, for output that is no terminal.
  public var line: String {
    let parts = loads.map { load in
      "\(load.name) \(FigureText.rate(load.completedPerSecond)) of"
        + " \(FigureText.rate(load.duePerSecond)), p99"
        + " \(FigureText.time(nanoseconds: load.p99Nanoseconds)),"
        + " \(FigureText.count(load.errors)) errors"
    }
    let faults = activeFaults.isEmpty ? [] : ["broken: " + activeFaults.joined(separator: ", ")]
    return ([time] + parts + faults).joined(separator: "; ")
  }

  private var time: String {
    let total = totalSeconds.map { " of \(Self.seconds($0))" } ?? ""
    return "\(phase) \(Self.seconds(elapsedSeconds))\(total)"
  }

  private var progress: String {
    guard let totalSeconds, totalSeconds > 0 else { return time }
    let share = min(max(elapsedSeconds / totalSeconds, 0), 1)
    let full = Int((share * Double(Self.barWidth)).rounded(.down))
    let bar =
      String(repeating: "█", count: full) + String(repeating: "░", count: Self.barWidth - full)
    return "\(bar) \(time)"
  }

  private func row(_ load: Load) -> [String] {
    [
      load.name, FigureText.significant(load.duePerSecond),
      FigureText.significant(load.completedPerSecond), FigureText.count(load.errors),
      FigureText.time(nanoseconds: load.p50Nanoseconds),
      FigureText.time(nanoseconds: load.p99Nanoseconds),
      Sparkline.text(load.p99History.map { $0.map { Double($0) } }, width: Self.sparkWidth),
    ]
  }

  private static func seconds(_ value: Double) -> String {
    "\(FigureText.fixed(max(0, value), decimals: 0)) s"
  }
}
