public import Telemetry

/// What the prober counts.
public enum ProbeCounter: Int, CaseIterable, Sendable {
  case samples, failures, malformedAnswers, roleContradictions, refreshesWanted

  /// The counter's stable name.
  public var name: String {
    switch self {
    case .samples: "probe_samples"
    case .failures: "probe_failures"
    case .malformedAnswers: "probe_answers_malformed"
    case .roleContradictions: "probe_role_contradictions"
    case .refreshesWanted: "probe_refreshes_wanted"
    }
  }
}

/// The map and an instance don't agree on what the instance is: the map may be out of date.
public enum RoleContradiction: Sendable, Hashable {
  /// The map has it as a shard's primary, and it replays another server's log.
  case primaryReplays
  /// The map has it as a replica, and it takes writes.
  case replicaWrites
}

/// Something that probes have found and that a person may want to read of. Each is told when it begins, and not again while it lasts.
public struct ProbeEvent: Sendable {
  /// What was found.
  public enum Kind: Sendable {
    /// An instance can't be sampled.
    case failed(ProbeFailure)
    /// One that could not is sampled again.
    case recovered
    /// The map and an instance don't agree.
    case contradiction(RoleContradiction)
    /// They do again.
    case agreement
  }

  /// What was found.
  public let kind: Kind
  /// The instance's id.
  public let instance: String
  /// The instance's address.
  public let address: String
}

/// The prober's counters and events, for another thread to read.
public final class ProberReport: Sendable {
  /// Events the queue holds before it drops.
  static let eventsHeld = 1024

  /// The counters.
  public let counters = CounterPage<ProbeCounter>()
  /// The events, oldest first.
  public let events = EventQueue<ProbeEvent>(capacity: ProberReport.eventsHeld)

  /// An empty report.
  init() {}
}
