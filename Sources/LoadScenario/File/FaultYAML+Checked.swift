internal import ConfigurationFile

extension ScenarioYAML.Fault {
  /// The names of built-in faults.
  private enum BuiltIn: String, CaseIterable {
    case connectionResets = "connection-resets"
    case controlPlaneStop = "control-plane-stop"
    case controlPlaneSlow = "control-plane-slow"
    case controlPlaneFlap = "control-plane-flap"
    case sidecarKill = "sidecar-kill"
    case replayPause = "replay-pause"
    case primaryKill = "primary-kill"
    case tenantMove = "tenant-move"
    case routerRestart = "router-restart"

    /// The settings that it needs.
    var parameters: Set<String> {
      switch self {
      case .connectionResets: ["share"]
      case .replayPause, .primaryKill: ["shard"]
      case .tenantMove: ["tenant", "to"]
      case .controlPlaneStop, .controlPlaneSlow, .controlPlaneFlap, .sidecarKill, .routerRestart:
        []
      }
    }

    /// Whether it goes on until it is ended.
    var lasts: Bool {
      switch self {
      case .connectionResets, .primaryKill, .tenantMove: false
      case .controlPlaneStop, .controlPlaneSlow, .controlPlaneFlap, .sidecarKill, .replayPause,
        .routerRestart:
        true
      }
    }
  }

  /// The fault, or the first field that can't be read.
  func checked(_ path: String) throws(FieldError) -> ScheduledFault {
    let moment = try Configured.time(at, "\(path).at", .zero, .zero)
    var length: Duration?
    if let time = `for` {
      length = try Configured.time(time, "\(path).for", .milliseconds(1), .zero)
    }
    return ScheduledFault(at: moment, lasts: length, try action(path))
  }

  private func action(_ path: String) throws(FieldError) -> FaultAction {
    if let run {
      guard `do` == nil else { throw FieldError("\(path).run", "can't stand beside do") }
      try allow([], path, "is for do")
      guard !run.isEmpty else { throw FieldError("\(path).run", "needs a command") }
      return .command(start: run, end: end)
    }
    guard let name = `do` else {
      throw FieldError(path, "needs do (\(Configured.names(BuiltIn.allCases))) or run, a command")
    }
    let kind = try Configured.name(name, "\(path).do", BuiltIn.connectionResets)
    guard end == nil else {
      throw FieldError("\(path).end", "is for run only: \(name) knows its end")
    }
    try allow(kind.parameters, path, "is not for \(name)")
    guard `for` == nil || kind.lasts else {
      throw FieldError("\(path).for", "is not for \(name), which happens at once")
    }
    return try action(kind, path)
  }

  private func action(_ kind: BuiltIn, _ path: String) throws(FieldError) -> FaultAction {
    switch kind {
    case .connectionResets:
      let text = try needed(share, "share", path)
      guard let share = Quantity(text)?.share else {
        throw FieldError("\(path).share", "\"\(text)\" must be a share up to 100 %, as 25 %")
      }
      return .connectionResets(share: share)
    case .controlPlaneStop: return .fleet(.controlPlaneStop)
    case .controlPlaneSlow: return .fleet(.controlPlaneSlow)
    case .controlPlaneFlap: return .fleet(.controlPlaneFlap)
    case .sidecarKill: return .fleet(.sidecarKill)
    case .routerRestart: return .fleet(.routerRestart)
    case .replayPause: return .fleet(.replayPause(shard: try needed(shard, "shard", path)))
    case .primaryKill: return .fleet(.primaryKill(shard: try needed(shard, "shard", path)))
    case .tenantMove:
      return .fleet(
        .tenantMove(
          tenant: try needed(tenant, "tenant", path), shard: try needed(to, "to", path)))
    }
  }

  private func needed(
    _ value: String?, _ name: String, _ path: String
  ) throws(FieldError) -> String {
    guard let value, !value.isEmpty else {
      throw FieldError("\(path).\(name)", "is needed for \(`do` ?? "this")")
    }
    return value
  }

  /// Refuses parameters that mean nothing here.
  private func allow(
    _ allowed: Set<String>, _ path: String, _ reason: String
  ) throws(FieldError) {
    let given = [("shard", shard), ("tenant", tenant), ("to", to), ("share", share)]
    for (name, value) in given where value != nil && !allowed.contains(name) {
      throw FieldError("\(path).\(name)", reason)
    }
  }
}
