public import LoadScenario

/// The tables that built-in transactions use.
public enum TableSQL {
  /// The statements that create and fill what a mix needs, in order, for one database; empty where it needs nothing.
  ///
  /// What is there already stays, rows that are missing are added: running them again changes nothing.
  public static func statements(_ sizes: TableSizes, for mix: [WeightedTransaction]) -> [String] {
    fatalError()
  }
}
