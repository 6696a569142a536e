import ConfigurationFile
import DataPlane

extension RouterYAML {
  /// The bounds on what sessions may use, or the first that can't be right.
  func checkedLimits(_ defaults: SessionLimits) throws(FieldError) -> SessionLimits {
    var checked = defaults
    checked.clientConnections = try Configured.number(
      limits?.clientConnections, "limits.clientConnections", 1...1_000_000,
      checked.clientConnections)
    checked.relayBytesPerWorker =
      try Configured.number(
        limits?.relayMiBPerWorker, "limits.relayMiBPerWorker", 1...65_536,
        checked.relayBytesPerWorker >> 20) << 20
    checked.waitingLogins = try Configured.number(
      limits?.waitingLogins, "limits.waitingLogins", 1...1_000_000, checked.waitingLogins)
    checked.memoryBytes = try checkedMemory(checked)
    return checked
  }

  /// 0 is for no limit. Where there is one, all connections must have room in it at rest: half of it,
  /// so that accepting is not even slowed by them.
  private func checkedMemory(_ limits: SessionLimits) throws(FieldError) -> Int? {
    let field = "limits.memoryMiB"
    let given = try Configured.number(self.limits?.memoryMiB, field, 0...16_777_216, 0)
    if given == 0 { return nil }
    let least = Self.leastMemoryMiB(limits)
    guard given >= least else {
      throw FieldError(
        field,
        "must be 0 or at least \(least): twice what limits.clientConnections = "
          + "\(limits.clientConnections) sessions take while they are idle")
    }
    return given << 20
  }

  private static func leastMemoryMiB(_ limits: SessionLimits) -> Int {
    let idle = limits.clientConnections * SessionLimits.bytesASession
    return max(16, (2 * idle + 1 << 20 - 1) >> 20)
  }
}
