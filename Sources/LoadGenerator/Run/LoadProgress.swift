/// How far a run is.
public struct LoadProgress: Sendable, Equatable {
  /// What it is doing.
  public enum Phase: Sendable, Equatable {
    /// So many of its connections have been opened.
    case connecting(Int, of: Int)
    /// It loads the target, and no figure counts.
    case warmUp
    /// Transactions that are due now count.
    case measuring
    /// The measurement is over; what is under way may end.
    case ending
    /// Its figures don't change any more.
    case ended
  }

  /// A load's figures so far.
  public struct Figures: Sendable, Equatable {
    /// The load's name.
    public var load: String
    /// Transactions that were due in the measurement.
    public var due: Int
    /// Those that were answered without an error.
    public var completed: Int
    /// Those that failed.
    public var errors: Int
    /// Median latency of the last window that is over, nanoseconds; nil if nothing completed in it.
    public var p50Nanoseconds: UInt64?
    /// The same for 99 %.
    public var p99Nanoseconds: UInt64?
  }

  /// What it is doing.
  public var phase: Phase
  /// From the beginning of the measurement, seconds; negative in the warm-up, zero before.
  public var elapsedSeconds: Double
  /// The loads in the scenario's order.
  public var loads: [Figures]
}
