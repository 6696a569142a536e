public import ArgumentParser
public import ShardMap

extension ConsistencyTier: ExpressibleByArgument {
  /// Reads `strong` or `eventual`.
  public init?(argument: String) {
    guard let tier = Self.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = tier
  }

  /// What completion and errors offer.
  public static var allValueStrings: [String] { allCases.map { "\($0)" } }
}
