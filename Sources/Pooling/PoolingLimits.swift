/// What bounds the state that one worker keeps for transaction pooling: every limit, with its default.
public struct PoolingLimits: Sendable, Hashable {
  /// Bytes of all definitions in a ``StatementRegistry``: query texts and parameter types.
  public var statementBytes = 32 * 1024 * 1024
  /// Different statements in a ``StatementRegistry``; at most ``StatementID/indexCount``.
  public var statementCount = 16_384
  /// Names that one client may have prepared at a time.
  ///
  /// Drivers keep some hundreds: pgjdbc 256 a connection, Rails 1,000.
  public var statementsAClient = 4_096
  /// Statements that a link keeps prepared at its server. PgBouncer's `max_prepared_statements`: 200.
  public var statementsALink = 200
  /// Different values of settings in a ``ValueTable``.
  ///
  /// Clients that put a process id into their `application_name` need one each.
  public var parameterValues = 32_768
  /// Longest value of a setting, in bytes. The longest in practice is a `search_path`.
  public var parameterValueBytes = 1_024
  /// Bytes of the settings that a pool's clients are greeted with. A PostgreSQL server reports some hundreds.
  public var greetingBytes = 16_384

  /// The defaults.
  public init() {}
}
