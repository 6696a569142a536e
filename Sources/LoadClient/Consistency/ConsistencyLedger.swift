public import LoadResults
public import LoadScenario

/// What the checkers of one load on one worker know: which writes were acknowledged when, and what reads saw.
///
/// One for each load and worker, since it is changed without a lock. Counters are rows of `shardway_bench_counter`
/// that no other ledger of the run writes: their ids have the load's and the worker's number in them.
public struct ConsistencyLedger: Sendable {
  /// A ledger without entries.
  ///
  /// - Parameters:
  ///   - load: what is checked; a load without checkers costs nothing.
  ///   - number: the load's number in its scenario.
  ///   - worker: the worker's number.
  public init(_ load: Load, number: Int, worker: Int) { fatalError() }

  /// Forgets what was counted, and keeps what is known of counters: call it when the warm-up ends.
  public mutating func beginMeasurement() { fatalError() }

  /// What was found since ``beginMeasurement()``; nil for a load without checkers. Copies the samples.
  public var result: ConsistencyResult? { nil }
}
