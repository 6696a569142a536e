import Wire

/// The errors that the server answers with.
enum Failures {
  static let rowTooLong = ErrorResponse(
    severity: .error, sqlState: .programLimitExceeded, message: "the row would be too long",
    hint: "Ask for at most \(NullServerLimits.rowBytes) bytes.")
  static let copy = ErrorResponse(
    severity: .error, sqlState: .featureNotSupported, message: "COPY is not supported here",
    hint: "Copy to and from a PostgreSQL server.")
  static let twoPhase = ErrorResponse(
    severity: .error, sqlState: .featureNotSupported,
    message: "two-phase commit is not supported here")
  static let functionCall = ErrorResponse(
    severity: .error, sqlState: .featureNotSupported,
    message: "function calls without SQL are not supported here")
  static let transactionFailed = ErrorResponse(
    severity: .error, sqlState: SQLState("25P02"),
    message: "current transaction is aborted, commands ignored until end of transaction block")
  static let badCount = ErrorResponse(
    severity: .error, sqlState: .invalidParameterValue,
    message: "the parameter of repeat must be a number from 0 to \(NullServerLimits.rowBytes)")
  static let tooManyStatements = ErrorResponse(
    severity: .error, sqlState: .programLimitExceeded,
    message: "more than \(NullServerLimits.statements) prepared statements",
    hint: "Close those that are not needed.")
  static let tooManyPortals = ErrorResponse(
    severity: .error, sqlState: .programLimitExceeded,
    message: "more than \(NullServerLimits.portals) portals",
    hint: "Close those that are not needed.")
  static let tooManySettings = ErrorResponse(
    severity: .error, sqlState: .programLimitExceeded,
    message: "more than \(NullServerLimits.settings) settings were changed",
    hint: "Use DISCARD ALL.")

  static func noStatement(_ name: [UInt8]) -> ErrorResponse {
    ErrorResponse(
      severity: .error, sqlState: .invalidStatementName,
      message: "prepared statement \"\(text(name))\" does not exist")
  }

  static func statementExists(_ name: [UInt8]) -> ErrorResponse {
    ErrorResponse(
      severity: .error, sqlState: .duplicateStatement,
      message: "prepared statement \"\(text(name))\" already exists")
  }

  static func noPortal(_ name: [UInt8]) -> ErrorResponse {
    ErrorResponse(
      severity: .error, sqlState: .invalidCursorName,
      message: "portal \"\(text(name))\" does not exist")
  }

  static func noSetting(_ name: [UInt8]) -> ErrorResponse {
    ErrorResponse(
      severity: .error, sqlState: .undefinedObject,
      message: "unrecognized configuration parameter \"\(text(name))\"")
  }

  static func badMessage(_ reason: String) -> ErrorResponse {
    ErrorResponse(severity: .fatal, sqlState: .protocolViolation, message: reason)
  }

  private static func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}
