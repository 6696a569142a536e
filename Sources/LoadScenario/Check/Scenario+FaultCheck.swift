internal import ConfigurationFile

extension Scenario {
  /// Refuses faults that can't happen during the measurement, or to the scenario's own fleet.
  func checkFaults() throws(FieldError) {
    guard faults.count <= ScenarioLimits.faults else {
      throw FieldError("faults", "must be at most \(ScenarioLimits.faults)")
    }
    for (index, fault) in faults.enumerated() {
      let path = "faults[\(index)]"
      guard fault.at >= .zero, fault.at < duration else {
        throw FieldError(
          "\(path).at", "\(fault.action.title) at \(fault.at) is not within \(duration)")
      }
      switch fault.action {
      case .command: break
      case .connectionResets(let share):
        guard share > 0, share <= 1 else {
          throw FieldError("\(path).share", "must be above 0 %, at most 100 %")
        }
      case .fleet(let action): try (fleet ?? FleetShape()).check(action, path)
      }
    }
  }
}

extension FleetShape {
  /// Refuses a fault of what the fleet doesn't have.
  fileprivate func check(_ fault: FleetFault, _ path: String) throws(FieldError) {
    switch fault {
    case .controlPlaneStop, .controlPlaneSlow, .controlPlaneFlap, .sidecarKill, .tenantMove:
      guard hasControlPlane else {
        throw FieldError(path, "\(fault.title) needs fleet.controlPlane: true")
      }
    case .replayPause, .primaryKill:
      guard replicas > 0 else {
        throw FieldError(path, "\(fault.title) needs fleet.replicas of at least 1")
      }
    case .routerRestart: break
    }
  }
}
