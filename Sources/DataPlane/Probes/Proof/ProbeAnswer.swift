import Routing

/// What an instance says of itself when it is asked.
struct ProbeAnswer: Equatable {
  /// What it is.
  let role: InstanceSample.Role
  /// What a primary has written, or a replica has replayed.
  let position: LogPosition
  /// Which log the position is in.
  let lineage: LogLineage
  /// The epoch that the fleet has published there, in the setting ``ProbeQuestion/epochSetting``.
  let epoch: UInt64?
}

/// Which log a position is in: positions of two logs can't be compared.
struct LogLineage: Hashable {
  /// The system identifier of the cluster: `initdb` draws it, base backups keep it.
  let system: Int64
  /// The timeline: grows with each promotion. A replica is on its primary's when it follows it, and on another when it has
  /// replayed what the primary never had.
  let timeline: UInt32
}

/// An answer, and the question's times by the router's clock.
struct ProbeSample: Equatable {
  let answer: ProbeAnswer
  /// When it was asked: no later than the question left.
  let askedAt: MonotonicTime
  /// From question to answer.
  let roundTripNanoseconds: UInt64
}
