/// What one statement of a text is, as far as it matters to a pooler. Ranges are offsets into the text.
///
/// It says what was seen and decides nothing. What the server would refuse may be taken for a statement
/// that it resembles; a statement that it takes is never taken for a more harmless one, but for what
/// ``SessionFunctions`` and ``StatementRecognizer`` name.
public enum RecognizedStatement: Sendable, Hashable {
  /// No statement at all: white space, comments and semicolons.
  case empty
  /// Begins with `SELECT`, `VALUES` or `TABLE`: it writes only through functions that it calls, or by
  /// `SELECT INTO`, which is not told apart, as one into a temporary table is not.
  case query
  /// Anything else.
  case other

  /// `SET`, but for what is ``setTransaction``.
  case set(SettingChange)
  /// `SET TRANSACTION`, `SET CONSTRAINTS` and `RESET TRANSACTION ISOLATION LEVEL`: over when the
  /// transaction is. Whether the transaction is to be read-only, nil where that isn't said.
  case setTransaction(readOnly: Bool?)
  /// `RESET` of one setting.
  case reset(SettingName)
  /// `RESET ALL`.
  case resetAll
  /// `SHOW` of a setting whose name begins with ``SettingName/routerPrefix``.
  case show(SettingName)

  /// `BEGIN` or `START TRANSACTION`; whether read-only, nil when that is left to the session's default.
  case begin(readOnly: Bool?)
  /// `COMMIT` or `END`; with `AND CHAIN` the next transaction begins at once.
  case commit(andChain: Bool)
  /// `ROLLBACK` or `ABORT` of the whole transaction.
  case rollback(andChain: Bool)

  /// `DISCARD`.
  case discard(DiscardTarget)
  /// `PREPARE` of a statement; not `PREPARE TRANSACTION`.
  case prepare
  /// `DEALLOCATE` of one statement.
  case deallocate(SQLIdentifier)
  /// `DEALLOCATE ALL`.
  case deallocateAll
  /// `DECLARE … CURSOR`.
  case declareCursor(withHold: Bool)
  /// `LISTEN`.
  case listen
  /// `UNLISTEN`, of one channel or all.
  case unlisten
  /// `CREATE` of a temporary object, by the words `TEMP` and `TEMPORARY` or in the schema `pg_temp`.
  case createTemporary
  /// `LOAD`.
  case load

  /// What the statement leaves behind in the session when it succeeds; nil for nothing of the kind.
  public var pin: Pin? {
    switch self {
    case .set(let change): change.scope == .session ? .sessionSetting : nil
    case .prepare: .sqlPrepare
    case .declareCursor(withHold: true): .heldCursor
    case .listen: .listen
    case .createTemporary: .temporaryTable
    case .load: .load
    case .empty, .query, .other, .setTransaction, .reset, .resetAll, .show, .begin, .commit,
      .rollback, .discard, .deallocate, .deallocateAll, .declareCursor, .unlisten:
      nil
    }
  }
}

/// What `DISCARD` throws away.
public enum DiscardTarget: Sendable, Hashable {
  /// All that a session holds.
  case all
  /// Cached plans.
  case plans
  /// Values of sequences.
  case sequences
  /// Temporary objects.
  case temporary
}
