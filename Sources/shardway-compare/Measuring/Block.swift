/// The outcome of one block: one contender under one workload for some seconds.
struct Block: Sendable, Codable {
  /// Transactions in a second, connecting not counted.
  let transactionsPerSecond: Double
  /// The median latency of a transaction, in microseconds; where each has a connection of its own, the median time from `connect`
  /// until that is ready.
  let p50Microseconds: Double
  /// What one of a hundred of the same exceeds, in microseconds.
  let p99Microseconds: Double
  /// Processor time of the proxy for a transaction, user and kernel, all threads; nil without proxy.
  let cpuMicrosecondsPerTransaction: Double?
  /// Which part of the clients' TLS handshakes resumed a session, 0 to 1; nil without TLS.
  let resumedShare: Double?
}
