internal import ShardMap

extension FreshnessRules {
  /// Bounds that are out of range or contradict themselves.
  func findings(at path: String) -> [MapFinding] {
    FreshnessClass.allCases.flatMap { self[$0].findings(at: "\(path).\($0.name)") }
  }
}

extension FreshnessBound {
  fileprivate func findings(at path: String) -> [MapFinding] {
    var findings = Self.findings(ofAge: ttlMilliseconds, at: path + ".ttl")
    if maxStaleMilliseconds != Self.never {
      findings += Self.findings(ofAge: maxStaleMilliseconds, at: path + ".maxStale")
    }
    if ttlMilliseconds > maxStaleMilliseconds {
      let (ttl, end) = (
        Age.text(milliseconds: ttlMilliseconds), Age.text(milliseconds: maxStaleMilliseconds)
      )
      findings.append(
        MapFinding(
          path: path + ".maxStale",
          message: "it is \(end), which is shorter than the TTL of \(ttl)",
          hint: "use \(ttl) or more, or a shorter ttl"))
    }
    return findings
  }

  private static func findings(ofAge milliseconds: UInt32, at path: String) -> [MapFinding] {
    let range = MapLimits.ageMilliseconds
    if range.contains(milliseconds) { return [] }
    return [
      MapFinding(
        path: path, message: "\(Age.text(milliseconds: milliseconds)) is out of range",
        hint: "use \(Age.text(milliseconds: range.lowerBound)) to "
          + Age.text(milliseconds: range.upperBound))
    ]
  }
}
