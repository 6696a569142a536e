public import LoadResults

extension ConsistencyResult {
  /// Adds what another worker's clients of the same load found; samples stay evenly chosen and
  /// within their limit.
  ///
  /// Workers of one load see about as many reads each, so that their samples weigh alike.
  public mutating func merge(_ other: ConsistencyResult) {
    ownWriteReads += other.ownWriteReads
    ownWriteViolations += other.ownWriteViolations
    guard let more = other.staleness else { return }
    guard var merged = staleness else {
      staleness = more
      return
    }
    merged.boundMilliseconds = max(merged.boundMilliseconds, more.boundMilliseconds)
    merged.reads += more.reads
    merged.readsOnReplica += more.readsOnReplica
    merged.violations += more.violations
    merged.oldestMilliseconds = max(merged.oldestMilliseconds, more.oldestMilliseconds)
    merged.measuredMilliseconds += more.measuredMilliseconds
    merged.provenMilliseconds += more.provenMilliseconds
    while merged.measuredMilliseconds.count > Staleness.limit {
      StalenessSamples.halve(&merged.measuredMilliseconds)
      StalenessSamples.halve(&merged.provenMilliseconds)
    }
    staleness = merged
  }
}
