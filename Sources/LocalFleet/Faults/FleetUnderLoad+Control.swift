/// Faults of what brings the map.
extension FleetUnderLoad {
  /// Stops the control plane in order; the end starts it again.
  ///
  /// - Throws: `FleetError.fault` when the fleet has none, or it is broken already.
  public func stopControlPlane() async throws(FleetError) -> FaultInForce {
    let control = try control()
    return try await begin(.controlPlane) { () async throws(FleetError) in
      await control.stop()
      return { () async throws(FleetError) in try await control.start() }
    }
  }

  /// Gives the control plane a tenth of the time (``FaultLimits``), by SIGSTOP and SIGCONT.
  public func slowControlPlane() async throws(FleetError) -> FaultInForce {
    let control = try control()
    return try await begin(.controlPlane) { () async throws(FleetError) in
      takeTurns(.controlPlane) {
        control.pause()
        try? await Task.sleep(for: FaultLimits.slowStandstill)
        control.resume()
        try? await Task.sleep(for: FaultLimits.slowRun)
      }
      return { [self] () async throws(FleetError) in await endTurns(.controlPlane) }
    }
  }

  /// Has the control plane crash and come back, each second (``FaultLimits``); the end starts it for
  /// good.
  public func flapControlPlane() async throws(FleetError) -> FaultInForce {
    let control = try control()
    return try await begin(.controlPlane) { () async throws(FleetError) in
      takeTurns(.controlPlane) {
        await control.kill()
        try? await Task.sleep(for: FaultLimits.flap)
        // A start that fails is tried in the next turn, and the last one tells.
        try? await control.start()
        try? await Task.sleep(for: FaultLimits.flap)
      }
      return { [self] () async throws(FleetError) in
        await endTurns(.controlPlane)
        try await control.start()
      }
    }
  }

  /// Ends the sidecar as a crash would; the end starts it again.
  ///
  /// - Throws: `FleetError.fault` when the fleet has none, or it is broken already.
  public func killSidecar() async throws(FleetError) -> FaultInForce {
    guard let sidecar = fleet.sidecar else {
      throw .fault("the sidecar", reason: Self.noControl)
    }
    return try await begin(.sidecar) { () async throws(FleetError) in
      await sidecar.kill()
      return { () async throws(FleetError) in try await sidecar.start() }
    }
  }

  private static let noControl =
    "the fleet has none: its map is compiled once; start it with a control plane"

  private func control() throws(FleetError) -> LocalControl {
    guard let control = fleet.control else {
      throw .fault("the control plane", reason: Self.noControl)
    }
    return control
  }
}
