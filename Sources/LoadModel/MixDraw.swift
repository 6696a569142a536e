public import LoadScenario

/// Which transaction of a mix comes next, drawn by weight.
public struct MixDraw: Sendable {
  private let table: AliasTable

  /// A draw among the transactions of a mix, of which there is at least one.
  public init(_ mix: [WeightedTransaction]) { table = AliasTable(weights: mix.map(\.weight)) }

  /// The index in the mix of the next one.
  ///
  /// - Complexity: O(1), no allocation.
  public mutating func next(_ random: inout RandomSource) -> Int { table.next(&random) }
}
