/// What is different between two runs, and what is noise.
public struct RunComparison: Sendable, Codable {
  /// One of the two runs.
  public struct Side: Sendable, Codable {
    /// The scenario's name.
    public var scenario: String
    /// The address, and how it was spoken to.
    public var target: String
    /// When the measurement began, milliseconds since 1970.
    public var startedAtMilliseconds: Int64
    /// How long the measurement was.
    public var seconds: Double
    /// Kernel, processors and cores.
    public var machine: String

    init(_ result: RunResult) {
      scenario = result.scenario
      target = result.target
      startedAtMilliseconds = result.startedAtMilliseconds
      seconds = result.seconds
      machine = result.machine
    }
  }

  /// The run that is compared with.
  public var a: Side
  /// The run that is compared.
  public var b: Side
  /// The loads that both have, in A's order.
  public var loads: [LoadComparison]
  /// What makes the two less alike, as different scenarios; empty if nothing does.
  public var remarks: [String]
}

/// One load in two runs.
public struct LoadComparison: Sendable, Codable {
  /// The load's name.
  public var name: String
  /// A comparison for each ``ComparedFigure``, in their order.
  public var figures: [FigureComparison]
}

/// One figure of a load in two runs.
public struct FigureComparison: Sendable, Codable {
  /// What can be said of a difference.
  public enum Finding: String, Sendable, Codable {
    /// The interval leaves out that both are alike.
    case real
    /// Runs that are alike differ by as much.
    case noise
    /// Fewer windows than ``ComparisonLimits/leastWindows`` in one of the runs, or too many
    /// without the figure.
    case tooFewWindows = "too few windows"
    /// Fewer than ``ComparisonLimits/leastBeyond`` transactions of one of the runs are slower than
    /// the percentile.
    case tooFewTransactions = "too few transactions"
    /// One of the runs has no such figure, as nothing was completed.
    case noFigure = "no figure"
  }

  /// A range that holds the true value in ``ComparisonLimits/confidence`` of all cases.
  public struct Interval: Sendable, Codable, Equatable {
    /// Its lower end.
    public var low: Double
    /// Its upper end.
    public var high: Double
  }

  /// What is compared; its documentation tells the unit.
  public var figure: ComparedFigure
  /// The value in A; nil if there is none.
  public var a: Double?
  /// The value in B; nil if there is none.
  public var b: Double?
  /// What can be said of the difference.
  public var finding: Finding
  /// Of B − A; nil if there is none.
  public var differenceInterval: Interval?
  /// Of B ÷ A; nil if there is none, or A may be 0.
  public var ratioInterval: Interval?

  /// B − A; nil if one is missing.
  public var difference: Double? { b.flatMap { b in a.map { b - $0 } } }

  /// B ÷ A; nil if one is missing, or A is 0.
  public var ratio: Double? { b.flatMap { b in a.flatMap { $0 == 0 ? nil : b / $0 } } }

  /// Whether B is better, where the difference is real; nil where it isn't.
  public var isBetter: Bool? {
    guard finding == .real, let difference else { return nil }
    return (difference < 0) == figure.lessIsBetter
  }
}
