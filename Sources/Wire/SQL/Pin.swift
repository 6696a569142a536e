/// What can tie a client to one server connection: something that the session there now holds, and that
/// another client must not find, or this one miss, in another session.
public enum Pin: Sendable, Hashable, CaseIterable {
  /// Channels that the session listens to.
  case listen
  /// Advisory locks of the session.
  case advisoryLock
  /// Temporary tables, views, sequences or functions.
  case temporaryTable
  /// Cursors that outlive their transaction.
  case heldCursor
  /// Statements prepared in SQL.
  case sqlPrepare
  /// Settings that outlive their transaction.
  case sessionSetting
  /// Libraries loaded into the server process.
  case load
}
