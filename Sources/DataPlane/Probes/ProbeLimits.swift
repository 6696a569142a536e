/// Bounds on what probes do.
enum ProbeLimits {
  /// How long an instance may take to log a probe in.
  static let login: Duration = .seconds(5)
  /// How long an instance may take to answer a question. One that takes longer is of no use to a client either.
  static let answer: Duration = .seconds(2)
  /// After a failure, until the next attempt; it doubles with each failure in a row.
  static let firstPause: Duration = .milliseconds(250)
  /// The longest such pause: an instance that is back is noticed that soon.
  static let longestPause: Duration = .seconds(5)
  /// Longest message of a server that is taken, in bytes: its errors are the longest of them.
  static let messageBytes = 16 * 1024
  /// Bytes that one receive of a probe takes, and one send.
  static let pieceBytes = 1024
  /// Samples of a primary that are kept, so that replicas which lag behind it can be told how far. 256 make two minutes of the default
  /// interval; a primary that writes nothing needs one.
  static let primarySamples = 256
  /// The part of the interval after which the replicas of a shard are asked, counted from their primary's turn: by then they have
  /// replayed what it had written, and prove more than if they had been asked with it.
  static let replicaDelayDivisor: UInt64 = 8
  /// Attempts to read a sample while it is being written. A write takes a dozen stores.
  static let readAttempts = 64
}
