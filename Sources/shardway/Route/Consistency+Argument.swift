public import ArgumentParser
public import Routing

extension Consistency: ExpressibleByArgument {
  /// Reads `strong`, `eventual` or `bounded:5s`.
  public init?(argument: String) {
    self.init(parsing: Array(argument.utf8))
  }

  /// What completion and errors offer.
  public static var allValueStrings: [String] { ["strong", "eventual", "bounded:5s"] }
}
