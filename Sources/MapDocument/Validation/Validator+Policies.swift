internal import ShardMap

extension Validator {
  mutating func checkPoliciesAndPools() {
    checkLimit(document.policies.count, MapLimits.policies, "policies")
    checkIDs(
      document.policies.enumerated().lazy.map { ("policies[\($0.offset)].id", $0.element.id) },
      kind: "policy")
    for (place, policy) in document.policies.enumerated() {
      for finding in policy.findings(at: "policies[\(place)]") { add(finding) }
    }
    checkLimit(document.pools.count, MapLimits.pools, "pools")
    checkIDs(
      document.pools.enumerated().lazy.map { ("pools[\($0.offset)].id", $0.element.id) },
      kind: "pool")
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
      + budgetFindings(prefix)
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
}
