/// The bounds of what a client of a load keeps.
public enum ClientLimits {
  /// Most variables that one transaction draws.
  public static let variables = 16
  /// Most statements that a load prepares on one connection.
  public static let preparedStatements = 256
}
