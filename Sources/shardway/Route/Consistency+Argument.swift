public import ArgumentParser
public import ShardMap

extension Consistency: ExpressibleByArgument {
  /// Reads `strong`, `session`, `bounded:5s` or `eventual`.
  public init?(argument: String) {
    self.init(parsing: argument.utf8)
  }

  /// What completion and errors offer.
  public static var allValueStrings: [String] { ["strong", "session", "bounded:5s", "eventual"] }
}
