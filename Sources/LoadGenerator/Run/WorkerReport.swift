import LoadClient
import LoadResults

/// What a worker tells while it runs.
struct WorkerReport: Sendable {
  /// One load's figures so far.
  struct Figures: Sendable {
    var due = 0
    var completed = 0
    var failed = 0
    /// The number of the last window that is over; −1 before the first.
    var window = -1
    var latency = LatencyCounts()
  }

  /// Connections that have been opened once.
  var opened = 0
  /// By the loads' places in the run.
  var loads: [Figures] = []
}

/// What a worker has measured.
struct WorkerFigures: Sendable {
  var worker: Int
  /// By the loads' places in the run.
  var loads: [RecordedLoad]
  var scheduleError: LatencyCounts
  var troubles: [Trouble]
  /// Why the full log is not whole; nil if it is.
  var logFailure: String?
}

/// Something about connections that no transaction's error tells.
struct Trouble: Sendable {
  enum Kind: Sendable { case notOpened, brokeWhileIdle }

  var kind: Kind
  /// The load's place in the run.
  var load: Int
  var failure: Failure
  var count: Int
  /// What the server said the first time.
  var message: String?
}
