/// What an instance says of itself against the map: evidence that the map is stale, or that a
/// server is not what its operators think. It changes no route of `strong` work: a server in
/// recovery refuses writes by itself.
public enum RouteEvidence: UInt8, Sendable, Hashable, CaseIterable {
  /// The map's primary says it is in recovery.
  case primaryInRecovery
  /// One of the map's replicas says it takes writes.
  case replicaTakesWrites

  /// What a sample says against the role that the map gives its instance; nil when it agrees, is
  /// not there, or is too old to say anything.
  public init?(_ sample: InstanceSample?, against role: InstanceRole, at now: MonotonicTime) {
    guard let sample, sample.isCurrent(at: now) else { return nil }
    switch (role, sample.role) {
    case (.primary, .replica): self = .primaryInRecovery
    case (.replica, .primary): self = .replicaTakesWrites
    case (.primary, .primary), (.replica, .replica): return nil
    }
  }

  /// The stable text: `primary-in-recovery`, `replica-takes-writes`.
  public var name: String {
    switch self {
    case .primaryInRecovery: "primary-in-recovery"
    case .replicaTakesWrites: "replica-takes-writes"
    }
  }
}
