public import LoadResults

extension ConsistencyResult {
  /// Adds what another worker's clients of the same load found; samples stay evenly chosen and within their limit.
  public mutating func merge(_ other: ConsistencyResult) { fatalError() }
}
