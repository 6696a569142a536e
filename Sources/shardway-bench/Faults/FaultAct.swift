internal import LoadScenario
internal import LocalFleet

/// How one fault is begun, and what mends it.
struct FaultAct: Sendable {
  /// What mends a fault.
  typealias Mend = @Sendable () async throws(FleetError) -> Void

  /// How a fault has begun.
  enum Outcome: Sendable {
    /// It was over at once.
    case over
    /// It lasts until it is mended, at the latest when the run ends.
    case lasts(Mend)
    /// It lasts until it is mended, which takes no sense once the run has ended: its fleet ends, too.
    case lastsWithFleet(Mend)
  }

  /// The fleet it is done to, where there is one.
  let servers: FleetUnderLoad?
  /// Resets a share of the connections; the generator does it.
  let resetConnections: @Sendable (Double) -> Void

  /// Breaks something.
  ///
  /// - Throws: `FleetError`, with what can't be done, and why.
  func begin(_ scheduled: ScheduledFault) async throws(FleetError) -> Outcome {
    switch scheduled.action {
    case .command(let start, let end):
      do throws(FleetError) {
        try await ShellCommand.run(start)
      } catch {
        // A start that was cut short may have begun already what the end undoes.
        if case .cancelled = error, let end {
          try? await Task { try await ShellCommand.run(end) }.value
        }
        throw error
      }
      guard let end else { return .over }
      return .lasts { () async throws(FleetError) in try await ShellCommand.run(end) }
    case .connectionResets(let share):
      resetConnections(share)
      return .over
    case .fleet(let fault):
      guard let servers else {
        throw .fault(fault.title, reason: "the target is no local fleet; use --fleet")
      }
      guard let inForce = try await Self.begin(fault, in: servers) else { return .over }
      if scheduled.lasts == nil {
        switch fault {
        case .routerRestart:
          try await inForce.end()
          return .over
        case .primaryKill:
          // It is replaced; that the old one comes back has to be asked for.
          return .over
        default: break
        }
      }
      return .lastsWithFleet { () async throws(FleetError) in try await inForce.end() }
    }
  }

  private static func begin(
    _ fault: FleetFault, in servers: FleetUnderLoad
  ) async throws(FleetError) -> FaultInForce? {
    switch fault {
    case .controlPlaneStop: return try await servers.stopControlPlane()
    case .controlPlaneSlow: return try await servers.slowControlPlane()
    case .controlPlaneFlap: return try await servers.flapControlPlane()
    case .sidecarKill: return try await servers.killSidecar()
    case .replayPause(let shard): return try await servers.pauseReplay(of: shard)
    case .primaryKill(let shard): return try await servers.killPrimary(of: shard)
    case .tenantMove(let tenant, let shard):
      try await servers.moveTenant(tenant, to: shard)
      return nil
    case .routerRestart: return try await servers.stopRouter()
    }
  }
}
