import Wire

/// What the server does and says when a statement is executed.
enum StatementAnswer: Sendable {
  /// One row with one number.
  case number(Int64)
  /// One row of so many letters.
  case fill(Int)
  /// One row of as many letters as a parameter says, 1 being the first.
  case fillByParameter(Int)
  /// One row of values.
  case row(AnswerRow)
  /// Nothing but the command's tag; with `returning` a row with a number before it.
  case command(CommandTag, returning: Bool)
  /// Nothing but a tag that is not among the known ones.
  case otherCommand([UInt8])
  /// No statement at all.
  case empty

  case begin
  case commit(andChain: Bool)
  case rollback(andChain: Bool)
  case rollbackToSavepoint

  case set(SettingAssignment)
  case reset([UInt8])
  case resetAll
  /// The value of a setting; asked for by a function, as a row like any other.
  case show([UInt8], byFunction: Bool)
  case discardAll

  case prepare(name: [UInt8], PreparedAnswer)
  case execute(name: [UInt8])
  case deallocate(name: [UInt8])
  case deallocateAll

  /// An error.
  case failure(ErrorResponse)

  /// Whether the statement may run in a transaction that has failed.
  var endsFailedTransaction: Bool {
    switch self {
    case .commit, .rollback, .rollbackToSavepoint: true
    default: false
    }
  }
}

/// A statement behind `PREPARE … AS`. The box lets the enum name itself.
final class PreparedAnswer: Sendable {
  let answer: StatementAnswer
  init(_ answer: StatementAnswer) { self.answer = answer }
}

/// A `SET`: a name in lower case, and its value; nil for the default. One that ends with the transaction changes nothing here.
struct SettingAssignment: Sendable {
  let name: [UInt8]
  let value: [UInt8]?
  let isLocal: Bool
  /// Whether it was made by `set_config`, which answers with the value.
  let isFunction: Bool
}

/// Columns with their values as text.
final class AnswerRow: Sendable {
  let columns: [RowDescription.Column]
  let values: [[UInt8]?]

  init(_ columns: [RowDescription.Column], _ values: [[UInt8]?]) {
    precondition(columns.count == values.count, "a value for each column")
    self.columns = columns
    self.values = values
  }

  /// A row of one column.
  convenience init(_ name: String, _ value: String?, _ type: RowDescription.ColumnType = .text) {
    self.init([RowDescription.Column(name, type)], [value.map { Array($0.utf8) }])
  }

  /// The value of a column in the binary format.
  func binaryValue(_ place: Int) -> [UInt8]? {
    guard let text = values[place] else { return nil }
    switch columns[place].type {
    case .text: return text
    case .bool: return [text.first == UInt8(ascii: "t") ? 1 : 0]
    case .int8:
      let number = Int64(String(decoding: text, as: UTF8.self)) ?? 0
      return withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
  }
}

/// The tags of commands, as PostgreSQL writes them.
enum CommandTag: Int, CaseIterable, Sendable {
  case select, insert, update, delete, merge, begin, commit, rollback, set, reset, show, discard
  case discardAll, prepare, deallocate, deallocateAll, savepoint, release, declareCursor
  case fetch, move, closeCursor, listen, unlisten, notify, truncate, vacuum, analyze, lock, explain
  case checkpoint, call, `do`, grant, revoke, comment, load, cluster, reindex, selectNone

  /// The text.
  var text: String {
    switch self {
    case .select: "SELECT 1"
    case .selectNone: "SELECT 0"
    case .insert: "INSERT 0 1"
    case .update: "UPDATE 1"
    case .delete: "DELETE 1"
    case .merge: "MERGE 1"
    case .begin: "BEGIN"
    case .commit: "COMMIT"
    case .rollback: "ROLLBACK"
    case .set: "SET"
    case .reset: "RESET"
    case .show: "SHOW"
    case .discard: "DISCARD"
    case .discardAll: "DISCARD ALL"
    case .prepare: "PREPARE"
    case .deallocate: "DEALLOCATE"
    case .deallocateAll: "DEALLOCATE ALL"
    case .savepoint: "SAVEPOINT"
    case .release: "RELEASE"
    case .declareCursor: "DECLARE CURSOR"
    case .fetch: "FETCH 1"
    case .move: "MOVE 1"
    case .closeCursor: "CLOSE CURSOR"
    case .listen: "LISTEN"
    case .unlisten: "UNLISTEN"
    case .notify: "NOTIFY"
    case .truncate: "TRUNCATE TABLE"
    case .vacuum: "VACUUM"
    case .analyze: "ANALYZE"
    case .lock: "LOCK TABLE"
    case .explain: "EXPLAIN"
    case .checkpoint: "CHECKPOINT"
    case .call: "CALL"
    case .do: "DO"
    case .grant: "GRANT"
    case .revoke: "REVOKE"
    case .comment: "COMMENT"
    case .load: "LOAD"
    case .cluster: "CLUSTER"
    case .reindex: "REINDEX"
    }
  }
}
