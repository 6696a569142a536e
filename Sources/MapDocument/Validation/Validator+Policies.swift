internal import ShardMap

extension Validator {
  mutating func checkPolicies() {
    checkLimit(document.policies.count, MapLimits.policies, "policies")
    checkIDs(
      document.policies.enumerated().lazy.map { ("policies[\($0.offset)].id", $0.element.id) },
      kind: "policy")
    for (place, policy) in document.policies.enumerated() {
      for finding in policy.findings(at: "policies[\(place)]") { add(finding) }
    }
    let pools = Set(document.pools.map(\.id))
    for (place, policy) in document.policies.enumerated() {
      guard let pool = policy.hotTenant?.quarantinePool else { continue }
      checkReference(
        pool, in: pools, "policies[\(place)].hotTenant.quarantinePool", kind: "pool")
    }
  }
}

extension Policy {
  /// Looks for everything that is wrong with the policy's values, whatever else is in the map.
  ///
  /// - Parameter path: where the policy is, such as `policies[2]`; empty for fields without a
  ///   prefix.
  /// - Returns: the findings in the order of the fields.
  public func findings(at path: String) -> [MapFinding] {
    let prefix = path.isEmpty ? "" : path + "."
    return tierFindings(prefix) + freshness.findings(at: prefix + "freshness")
      + budgetFindings(prefix) + envelope.faults.findings(prefix + "envelope.")
      + degradationFindings(prefix) + hotTenantFindings(prefix) + labelFindings(prefix)
  }

  private func tierFindings(_ prefix: String) -> [MapFinding] {
    let bad = [("tier", tier), ("readTier", readTier)].filter { $0.1?.isValid == false }
    return bad.map { name, _ in
      MapFinding(
        path: prefix + name, message: "the bound is out of range", hint: "use 1ms to 24h")
    }
  }

  private func budgetFindings(_ prefix: String) -> [MapFinding] {
    if 0...100 ~= primaryReadBudgetPercent { return [] }
    return [
      MapFinding(
        path: prefix + "primaryReadBudgetPercent",
        message: "\(primaryReadBudgetPercent) is out of range", hint: "use 0 to 100")
    ]
  }

  private func degradationFindings(_ prefix: String) -> [MapFinding] {
    var findings = degradation.faults.findings(prefix + "degradation.")
    if degradation.deepest == .paused {
      findings.append(
        MapFinding(
          path: prefix + "degradation.deepest",
          message: "in the mode paused there is no service to put up with",
          hint: "use normal, relaxed, eventual-only or read-only"))
    }
    return findings
  }

  private func hotTenantFindings(_ prefix: String) -> [MapFinding] {
    guard let rules = hotTenant?.rules else { return [] }
    var findings = rules.faults.findings(prefix + "hotTenant.")
    if !rules.hasTrigger {
      findings.append(
        MapFinding(
          path: prefix + "hotTenant", message: "nothing makes a tenant hot",
          hint: "give shardTimePercent, p95 or both, or leave hotTenant out"))
    }
    return findings
  }

  private func labelFindings(_ prefix: String) -> [MapFinding] {
    guard let label, !MapNames.isIdentifier(label) else { return [] }
    return [
      MapFinding(
        path: prefix + "label", message: "\"\(label)\" is no valid label",
        hint: MapNames.identifierHint)
    ]
  }
}

extension [RangeFault] {
  /// A finding for each.
  fileprivate func findings(_ prefix: String) -> [MapFinding] {
    map { fault in
      MapFinding(
        path: prefix + fault.field, message: "\(fault.text(fault.value)) is out of range",
        hint: "use \(fault.text(fault.range.lowerBound)) to "
          + fault.text(fault.range.upperBound))
    }
  }
}

extension RangeFault {
  /// A number as documents write it.
  fileprivate func text(_ number: UInt64) -> String {
    switch unit {
    case .plain: "\(number)"
    case .milliseconds: Age.text(milliseconds: UInt32(clamping: number))
    }
  }
}
