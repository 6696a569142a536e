/// Something that is broken at a moment of the measurement, and mended later.
public struct ScheduledFault: Sendable, Equatable {
  /// From the beginning of the measurement.
  public var at: Duration
  /// How long it lasts; nil where it has no end of its own.
  public var lasts: Duration?
  /// What is broken.
  public var action: FaultAction

  /// Something that is broken at a moment.
  public init(at: Duration, lasts: Duration? = nil, _ action: FaultAction) {
    self.at = at
    self.lasts = lasts
    self.action = action
  }
}

/// What is broken.
public enum FaultAction: Sendable, Equatable {
  /// A command line for `/bin/sh`, and one that ends what it did (at the end of `lasts`, or of the
  /// run).
  case command(start: String, end: String?)
  /// A closing of this share (above 0, at most 1) of the client connections by RST; the generator
  /// does it itself.
  case connectionResets(share: Double)
  /// What only a local fleet can suffer.
  case fleet(FleetFault)
}

/// The faults of a local fleet.
public enum FleetFault: Sendable, Equatable {
  /// The control plane is stopped, and started again.
  case controlPlaneStop
  /// The control plane gets a tenth of the time.
  case controlPlaneSlow
  /// The control plane comes and goes, each second.
  case controlPlaneFlap
  /// The sidecar is killed, and started again.
  case sidecarKill
  /// A shard's first replica stops replaying, and goes on.
  case replayPause(shard: String)
  /// A shard's primary is killed, its first replica promoted, and the map told.
  case primaryKill(shard: String)
  /// A tenant's record moves to another shard.
  case tenantMove(tenant: String, shard: String)
  /// The router is stopped in order, and started again on the same port.
  case routerRestart
}

extension FaultAction {
  /// A few words for reports: `primary-kill s1`.
  public var title: String {
    switch self {
    case .command(let start, _): start
    case .connectionResets(let share): "connection-resets \(Int((share * 100).rounded())) %"
    case .fleet(let fault): fault.title
    }
  }
}

extension FleetFault {
  /// A few words for reports: `primary-kill s1`.
  public var title: String {
    switch self {
    case .controlPlaneStop: "control-plane-stop"
    case .controlPlaneSlow: "control-plane-slow"
    case .controlPlaneFlap: "control-plane-flap"
    case .sidecarKill: "sidecar-kill"
    case .replayPause(let shard): "replay-pause \(shard)"
    case .primaryKill(let shard): "primary-kill \(shard)"
    case .tenantMove(let tenant, let shard): "tenant-move \(tenant) \(shard)"
    case .routerRestart: "router-restart"
    }
  }
}
