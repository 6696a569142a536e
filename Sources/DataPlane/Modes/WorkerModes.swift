import Routing

/// What a worker keeps in mind of modes, beside the map and its table of health.
struct WorkerModes {
  /// How many instances counted as absent when the others were last told.
  var absentTold = 0
  /// The first end of a mode that something was begun or waits under; nil where none is known of.
  var endsAt: MonotonicTime?
  /// The first end of a mode of a shard's by the map, where this worker tells the others of that.
  var mapEndsAt: MonotonicTime?
  /// When it is all looked at again; nil while nothing is to change by itself.
  var due: MonotonicTime?
}

extension ModeLimits {
  /// How often a worker looks whether a primary is back that nobody asks for, in nanoseconds.
  static let evidenceLookNanoseconds: UInt64 = 1_000_000_000
}
