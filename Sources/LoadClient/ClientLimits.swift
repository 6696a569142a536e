/// The bounds of what a client of a load keeps.
public enum ClientLimits {
  /// Most variables that one transaction draws.
  public static let variables = 32
  /// Most statements that a load prepares on one connection.
  public static let preparedStatements = NumberSet.capacity
  /// Longest text of a statement between two variables, in bytes.
  public static let statementBytes = 1 << 20
  /// Bytes of an error that are looked at; its code and message stand at its beginning.
  static let errorBytes = 8_192
  /// Bytes of the longest row that a checker reads; the route of a router with long names has under
  /// 1,000.
  static let rowBytes = 8_192
  /// Random bytes of a login's nonce, as many as PostgreSQL's own have.
  static let nonceBytes = 18
}

/// How the staleness checker works.
public enum StalenessLimits {
  /// Reads of a tenant between two writes of its counter, at least.
  public static let readsBetweenWrites = 3
  /// Writes within one bound, at most: each age is known within a tenth of the bound.
  public static let writesPerBound: Int64 = 10
  /// Acknowledged writes that are remembered for each tenant: 64 KiB, for the busiest ones only.
  ///
  /// What a read lacked is at least as old as the oldest of these when it lacked more.
  static let rememberedWrites = 4_096
}
