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

  public var format = Self.format
  public var scenario: String
  public var about: String
  /// `127.0.0.1:6432, postgres, encryption off`.
  public var target: String
  /// When the measurement began, milliseconds since 1970.
  public var startedAtMilliseconds: Int64
  /// How long the measurement was.
  public var seconds: Double
  public var seed: UInt64
  public var workers: Int
  /// Kernel, processors and cores.
  public var machine: String
  public var ending: Ending
  /// Length of a window.
  public var windowSeconds: Double
  public var loads: [LoadResult]
  /// Actual − intended start of all transactions, the generator's own delay: nanoseconds.
  public var scheduleError: LatencyCounts
  public var faults: [FaultMark]
  public var verdicts: [Verdict]
  /// What a reader should know, as a target that vanished; empty if all went well.
  public var remarks: [String]
}

/// What one load measured.
public struct LoadResult: Sendable, Codable {
  public var name: String
  public var connections: Int
  /// Transactions that were due in the measurement.
  public var due: Int
  /// Those that were answered without an error.
  public var completed: Int
  /// Those that failed, by SQLSTATE or by cause: `57P01`, `connect: refused`, `timeout`, `closed`, `reset`.
  public var errors: [String: Int]
  /// From the intended start to the last answer, completed ones only.
  public var latency: LatencyCounts
  /// From the moment it was sent: what a closed-loop test would have told.
  public var service: LatencyCounts
  /// From `connect` to ReadyForQuery, with the connections that were made before the measurement.
  public var connecting: LatencyCounts
  /// Latency when the load ran alone, where an objective asks for it.
  public var alone: LatencyCounts?
  public var windows: [WindowResult]
  public var tenants: [TenantResult]
  public var consistency: ConsistencyResult?
}

/// One window of a load.
public struct WindowResult: Sendable, Codable {
  /// Its beginning, from that of the measurement.
  public var at: Double
  /// Transactions whose intended start lies in it.
  public var due: Int
  /// Those that ended in it, whenever they were due.
  public var completed: Int
  public var errors: Int
  public var latency: LatencyCounts
}

/// One tenant of a load.
public struct TenantResult: Sendable, Codable {
  public var name: String
  public var completed: Int
  public var errors: Int
  /// Within 7 %.
  public var p50Milliseconds: Double
  /// Within 7 %.
  public var p99Milliseconds: Double
}

/// What the checkers of a load found.
public struct ConsistencyResult: Sendable, Codable {
  /// How old one read was allowed, said and found to be.
  public struct Staleness: Sendable, Codable {
    /// The bound of its tier.
    public var boundMilliseconds: Double
    /// Measured ages, milliseconds, of the reads that lacked something; at most ``limit``, evenly sampled.
    public var measuredMilliseconds: [Double]
    /// What the router said it had proven for the same read, milliseconds; as long as ``measuredMilliseconds``; −1 where it said nothing.
    public var provenMilliseconds: [Double]
    public var reads: Int
    /// Reads that a replica answered.
    public var readsOnReplica: Int
    public var violations: Int
    public var oldestMilliseconds: Double

    /// Most samples that are kept.
    public static let limit = 4_000
  }

  public var staleness: Staleness?
  public var ownWriteReads: Int
  public var ownWriteViolations: Int
}

/// A fault as it happened.
public struct FaultMark: Sendable, Codable {
  public var title: String
  /// Seconds from the beginning of the measurement.
  public var from: Double
  /// When it was mended; nil if it was not.
  public var to: Double?
  /// Why it could not be done; nil if it was.
  public var failure: String?
}

/// An objective with what was found.
public struct Verdict: Sendable, Codable {
  public var objective: String
  /// The figure, with its unit: `3.21 ms`.
  public var measured: String
  public var holds: Bool
  /// Why there is no figure, as no transaction was completed; nil if there is one.
  public var reason: String?
}
