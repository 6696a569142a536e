internal import ShardMap

extension Shard {
  /// Looks for everything that is wrong with the shard's mode, its end and its cause.
  ///
  /// - Parameter path: where the shard is, such as `shards[2]`; empty for fields without a prefix.
  /// - Returns: the findings in the order of the fields.
  public func findings(at path: String) -> [MapFinding] {
    let prefix = path.isEmpty ? "" : path + "."
    return modeUntil.findings(ofMode: mode, prefix) + causeFindings(prefix)
  }

  private func causeFindings(_ prefix: String) -> [MapFinding] {
    guard let modeCause else { return [] }
    var findings: [MapFinding] = []
    if mode == .normal {
      findings.append(
        MapFinding(
          path: prefix + "modeCause", message: "the mode normal needs no cause",
          hint: "leave modeCause out"))
    }
    if !MapNames.isCause(modeCause) {
      findings.append(
        MapFinding(
          path: prefix + "modeCause", message: "the cause can't be shown",
          hint: "use 1 to \(MapLimits.modeCauseBytes) bytes of one line without control "
            + "characters"))
    }
    return findings
  }
}

extension Tenant {
  /// Looks for everything that is wrong with the tenant's mode and its end.
  ///
  /// - Parameter path: where the tenant is, such as `tenants[2]`; empty for fields without a prefix.
  /// - Returns: the findings in the order of the fields.
  public func findings(at path: String) -> [MapFinding] {
    modeUntil.findings(ofMode: mode, path.isEmpty ? "" : path + ".")
  }
}

extension IssueTime? {
  /// What is wrong with the end of a mode.
  fileprivate func findings(ofMode mode: ServiceMode, _ prefix: String) -> [MapFinding] {
    guard let self else { return [] }
    var findings: [MapFinding] = []
    if mode == .normal {
      findings.append(
        MapFinding(
          path: prefix + "modeUntil", message: "the mode normal has no end",
          hint: "leave modeUntil out"))
    }
    let milliseconds = UInt64(clamping: self.millisecondsSince1970)
    if !MapLimits.modeEndMilliseconds.contains(milliseconds)
      || !milliseconds.isMultiple(of: 1000)
    {
      findings.append(
        MapFinding(
          path: prefix + "modeUntil", message: "\(self) can't be the end of a mode",
          hint: "use a whole second before 2106, such as 2026-11-29T10:00:00Z"))
    }
    return findings
  }
}
