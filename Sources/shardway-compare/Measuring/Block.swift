/// The outcome of one block: one contender under one workload for some seconds.
struct Block: Sendable, Codable {
  /// Transactions in a second, connecting not counted.
  let transactionsPerSecond: Double
  /// The median latency of a transaction, in microseconds.
  let p50Microseconds: Double
  /// The latency that one transaction of a hundred exceeds, in microseconds.
  let p99Microseconds: Double
  /// Processor time of the proxy for a transaction, user and kernel, all threads; nil without proxy.
  let cpuMicrosecondsPerTransaction: Double?
}
