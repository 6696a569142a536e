/// Bounds and periods of the generator, in one place.
enum GeneratorLimits {
  /// Connections of one worker between `connect` and their first ReadyForQuery: a listener's
  /// backlog is shared with others.
  static let connectsUnderWay = 64
  /// Failed first attempts of one worker after which a start without any success is given up.
  static let failuresThatEndAStart = 64
  /// The pause before a broken connection is opened again; it doubles with each failure in a row.
  static let shortestReopenPause: Int64 = 5_000_000
  /// The longest such pause.
  static let longestReopenPause: Int64 = 1_000_000_000
  /// How late a transaction's or a login's timeout may be noticed.
  static let sweepInterval: Int64 = 10_000_000
  /// How late a worker may notice an order or the common beginning.
  static let controlInterval: Int64 = 5_000_000
  /// How often a worker tells its figures.
  static let reportInterval: Int64 = 100_000_000
  /// From the moment that all workers are ready to the warm-up's beginning: longer than any of them
  /// may sleep.
  static let beginMargin: Int64 = 20_000_000
  /// How long transactions that are under way may go on after ``LoadRun/stop()``.
  static let stopGrace: Int64 = 1_000_000_000
  /// TLS sessions that a worker keeps to be resumed, one a server name.
  static let keptSessions = 4096
  /// Arrivals that are taken before answers are looked at again.
  static let arrivalsATurn = 256
  /// Arrivals of one load and worker that may wait for a connection; those beyond fail.
  static let waitingArrivals = 1 << 20
  /// Windows that figures are kept by; a longer run has longer windows than it was asked for.
  static let windows = 100_000
  /// Bytes of the full log that are written at a time.
  static let logBlockBytes = 256 * 1024
  /// Descriptors beside the connections: rings, logs, the standard ones, what the program has open.
  static let otherDescriptors = 128
  /// How long a connection of ``HalfOpenHandshakes`` may take.
  static let halfOpenConnectTimeout: Int64 = 100_000_000
  /// What ``HalfOpenHandshakes`` takes of an answer at a time, in bytes: a server's flight.
  static let answerThrownAway = 4096
  /// How long the connection of ``StatementRunner`` may take.
  static let statementConnectTimeout: Int64 = 10_000_000_000
  /// What a statement of ``StatementRunner`` may take.
  static let statementTimeout: Int64 = 600_000_000_000
}
