public import ArgumentParser
public import ShardMap

extension ServiceMode: ExpressibleByArgument {
  /// The mode of this name, or nil.
  public init?(argument: String) { self.init(named: argument) }

  /// The names of all modes, for help and completion.
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
