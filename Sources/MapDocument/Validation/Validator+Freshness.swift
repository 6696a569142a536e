internal import ShardMap

extension Validator {
  mutating func checkFreshness(_ rules: FreshnessRules, _ path: String) {
    for dataClass in FreshnessClass.allCases {
      let bound = rules[dataClass]
      let path = "\(path).\(dataClass.name)"
      checkAge(bound.ttlMilliseconds, path + ".ttl")
      if bound.maxStaleMilliseconds != FreshnessBound.never {
        checkAge(bound.maxStaleMilliseconds, path + ".maxStale")
      }
      if bound.ttlMilliseconds > bound.maxStaleMilliseconds {
        let (ttl, end) = (bound.ttlMilliseconds, bound.maxStaleMilliseconds)
        find(
          path + ".maxStale",
          "it is \(Age.text(milliseconds: end)), which is shorter than the TTL of "
            + Age.text(milliseconds: ttl),
          hint: "use \(Age.text(milliseconds: ttl)) or more, or a shorter ttl")
      }
    }
  }

  private mutating func checkAge(_ milliseconds: UInt32, _ path: String) {
    let range = MapLimits.ageMilliseconds
    if !range.contains(milliseconds) {
      find(
        path, "\(Age.text(milliseconds: milliseconds)) is out of range",
        hint: "use \(Age.text(milliseconds: range.lowerBound)) to "
          + Age.text(milliseconds: range.upperBound))
    }
  }
}
