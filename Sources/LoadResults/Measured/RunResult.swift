/// What a run measured: what the JSON file holds, and every report is made from.
public struct RunResult: Sendable, Codable {
  /// How a run ended.
  public enum Ending: String, Sendable, Codable {
    /// It went on to its end.
    case complete
    /// Somebody stopped it: what had been measured by then is there.
    case interrupted
  }

  /// The format's number.
  public static let format = 1

  /// The number of the format that this has.
  public var format = Self.format
  /// The scenario's name.
  public var scenario: String
  /// What the scenario is for; may be empty.
  public var about: String
  /// `127.0.0.1:6432, postgres, encryption off`.
  public var target: String
  /// When the measurement began, milliseconds since 1970.
  public var startedAtMilliseconds: Int64
  /// How long the measurement was.
  public var seconds: Double
  /// Where every random choice came from.
  public var seed: UInt64
  /// Generating threads.
  public var workers: Int
  /// Kernel, processors and cores.
  public var machine: String
  /// Whether it went on to its end.
  public var ending: Ending
  /// Length of a window.
  public var windowSeconds: Double
  /// A result for each load, in the scenario's order.
  public var loads: [LoadResult]
  /// Actual − intended start of all transactions, the generator's own delay: nanoseconds.
  public var scheduleError: LatencyCounts
  /// What was broken, in order of time.
  public var faults: [FaultMark]
  /// A verdict for each objective, in the scenario's order; see ``Judge``.
  public var verdicts: [Verdict]
  /// What a reader should know, as a target that vanished; empty if all went well.
  public var remarks: [String]

  /// A result without faults, verdicts and remarks, which are added as they come.
  public init(
    scenario: String, about: String, target: String, startedAtMilliseconds: Int64, seconds: Double,
    seed: UInt64, workers: Int, machine: String, ending: Ending, windowSeconds: Double,
    loads: [LoadResult], scheduleError: LatencyCounts, faults: [FaultMark] = [],
    verdicts: [Verdict] = [], remarks: [String] = []
  ) {
    self.scenario = scenario
    self.about = about
    self.target = target
    self.startedAtMilliseconds = startedAtMilliseconds
    self.seconds = seconds
    self.seed = seed
    self.workers = workers
    self.machine = machine
    self.ending = ending
    self.windowSeconds = windowSeconds
    self.loads = loads
    self.scheduleError = scheduleError
    self.faults = faults
    self.verdicts = verdicts
    self.remarks = remarks
  }
}

/// A fault as it happened.
public struct FaultMark: Sendable, Codable {
  /// A few words: `primary-kill s1`.
  public var title: String
  /// Seconds from the beginning of the measurement.
  public var from: Double
  /// When it was mended; nil if it was not.
  public var to: Double?
  /// Why it could not be done; nil if it was.
  public var failure: String?

  /// A fault as it happened.
  public init(title: String, from: Double, to: Double?, failure: String? = nil) {
    self.title = title
    self.from = from
    self.to = to
    self.failure = failure
  }
}

/// An objective with what was found.
public struct Verdict: Sendable, Codable {
  /// The objective as it was written.
  public var objective: String
  /// The figure, with its unit: `3.21 ms`; `–` if there is none.
  public var measured: String
  /// Whether the objective was reached; not if there is no figure.
  public var holds: Bool
  /// Why there is no figure, as no transaction was completed; nil if there is one.
  public var reason: String?

  /// An objective with what was found.
  public init(objective: String, measured: String, holds: Bool, reason: String? = nil) {
    self.objective = objective
    self.measured = measured
    self.holds = holds
    self.reason = reason
  }
}
