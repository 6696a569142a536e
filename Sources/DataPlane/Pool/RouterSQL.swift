import Routing
import ShardMap

/// Texts that a server is sent in the place of a client's that was meant for the router: the server gives the answer, in its turn and in the form that the
/// client's protocol wants.
enum RouterSQL {
  /// Sets nothing, and says that it was set.
  static let setDone = terminated("SET \"\(RouterOption.consistency)\" TO DEFAULT")

  /// Closes the statement of nothing.
  static let deallocateNothing = terminated("DEALLOCATE shardway_0")

  /// Has the transaction that has just begun write nothing.
  static let setReadOnly = terminated("SET TRANSACTION READ ONLY")

  /// Has transactions begin read-only, or not.
  static func setReadOnlyDefault(_ isOn: Bool) -> [UInt8] {
    terminated("SET default_transaction_read_only TO \(isOn ? "on" : "off")")
  }

  /// One row of texts.
  static func select(_ columns: [(name: String, value: String?)]) -> [UInt8] {
    let list = columns.map { column in
      let value = column.value.map(literal) ?? "NULL"
      return "\(value)::text AS \"\(column.name)\""
    }
    return terminated("SELECT " + list.joined(separator: ", "))
  }

  /// A position behind all that was written before: a primary's own, or what a replica has replayed that was fresh enough for the session.
  static let floor = terminated(
    "SELECT (CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
      + " ELSE pg_catalog.pg_current_wal_insert_lsn() END)::text AS \"\(RouterOption.floor)\"")

  static let noFloorHere = failure(
    "55000", "the floor of this session is not known here",
    "Ask with \(RouterOption.consistency) strong or session.")

  static func badFloor(_ value: [UInt8]) -> [UInt8] {
    failure(
      "22023", "invalid value for \(RouterOption.floor): \"\(readable(value))\"",
      "Give what SHOW \(RouterOption.floor) has told another session, such as 0/3000060.")
  }

  static func unknownTier(_ value: [UInt8]) -> [UInt8] {
    failure(
      "22023", "invalid value for \(RouterOption.consistency): \"\(readable(value))\"",
      "Available values: \(Consistency.forms).")
  }

  static func unknownSetting(_ name: [UInt8]) -> [UInt8] {
    failure(
      "42704", "unrecognized setting of the router: \"\(readable(name))\"",
      "There are \(RouterOption.consistency), \(RouterOption.floor) and \(RouterOption.notices).")
  }

  static func badSwitch(_ name: String, _ value: [UInt8]) -> [UInt8] {
    failure(
      "22023", "invalid value for \(name): \"\(readable(value))\"", "Available values: on, off.")
  }

  static func noWriting(_ mode: ModeInForce) -> [UInt8] {
    failure(
      "25006", "transactions can't be read-write in the mode \(mode.mode.name)",
      "SHOW \(RouterOption.mode) tells why, and until when.")
  }

  static let tooLateForTier = failure(
    "25001", "SET LOCAL \(RouterOption.consistency) comes too late",
    "It must be the first statement after BEGIN.")

  /// A statement that fails so.
  private static func failure(_ state: String, _ message: String, _ hint: String) -> [UInt8] {
    let arguments =
      "ERRCODE = \(literal(state)), MESSAGE = \(literal(message)), HINT = \(literal(hint))"
    return terminated("DO $shardway$ BEGIN RAISE EXCEPTION USING \(arguments); END $shardway$")
  }

  /// A literal that means the same whatever `standard_conforming_strings` is: no backslash is in it.
  private static func literal(_ text: String) -> String {
    "'" + text.replacingSingleQuotes().filter { $0 != "\\" } + "'"
  }

  /// A client's bytes as text that can stand in a literal: printable ASCII, at most 64 bytes.
  private static func readable(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes.prefix(64).map {
        0x20..<0x7F ~= $0 && $0 != UInt8(ascii: "$") ? $0 : UInt8(ascii: "?")
      }, as: UTF8.self)
  }

  private static func terminated(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
}

extension String {
  fileprivate func replacingSingleQuotes() -> String {
    split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
  }
}
