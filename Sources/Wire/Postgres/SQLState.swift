/// A five-character error code of the SQL standard, as PostgreSQL uses and extends it.
public struct SQLState: Sendable, Hashable, CustomStringConvertible {
  /// The five characters, the first in the highest of the five low bytes.
  private let packed: UInt64

  /// `00000`: nothing went wrong; what notices carry.
  public static let successfulCompletion = SQLState("00000")
  /// `01000`: something worth knowing; what notices carry.
  public static let warning = SQLState("01000")
  /// `08000`: the connection failed for a reason that no other code fits.
  public static let connectionException = SQLState("08000")
  /// `08003`: the connection is not there any more.
  public static let connectionDoesNotExist = SQLState("08003")
  /// `08004`: the server did not take the connection, for example because it names no tenant.
  public static let connectionRejected = SQLState("08004")
  /// `08006`: the connection broke.
  public static let connectionFailure = SQLState("08006")
  /// `08007`: it isn't known whether what was under way was committed.
  public static let transactionResolutionUnknown = SQLState("08007")
  /// `08P01`: a peer broke the protocol.
  public static let protocolViolation = SQLState("08P01")
  /// `0A000`: asked for something that is not supported.
  public static let featureNotSupported = SQLState("0A000")
  /// `25006`: a write reached a server that only reads, so it is no primary (any more).
  public static let readOnlyTransaction = SQLState("25006")
  /// `25P02`: a statement came in a transaction that has failed, and that only its end would end.
  public static let inFailedTransaction = SQLState("25P02")
  /// `22023`: a setting has a value that it can't have.
  public static let invalidParameterValue = SQLState("22023")
  /// `26000`: no prepared statement of this name.
  public static let invalidStatementName = SQLState("26000")
  /// `28000`: the identity given can't be used.
  public static let invalidAuthorization = SQLState("28000")
  /// `28P01`: the password is wrong.
  public static let invalidPassword = SQLState("28P01")
  /// `34000`: no cursor, or portal, of this name.
  public static let invalidCursorName = SQLState("34000")
  /// `3D000`: no such database, or tenant.
  public static let invalidCatalogName = SQLState("3D000")
  /// `42501`: the user may not do that.
  public static let insufficientPrivilege = SQLState("42501")
  /// `42601`: a statement can't be read.
  public static let syntaxError = SQLState("42601")
  /// `42704`: what is named is not there.
  public static let undefinedObject = SQLState("42704")
  /// `42P05`: a prepared statement of this name is there already.
  public static let duplicateStatement = SQLState("42P05")
  /// `53300`: too many connections.
  public static let tooManyConnections = SQLState("53300")
  /// `53400`: a limit that was configured was passed.
  public static let configurationLimitExceeded = SQLState("53400")
  /// `54000`: a limit of the program was passed.
  public static let programLimitExceeded = SQLState("54000")
  /// `55000`: what is named is not in a state in which that could be done.
  public static let objectNotInPrerequisiteState = SQLState("55000")
  /// `57014`: a query was cancelled.
  public static let queryCanceled = SQLState("57014")
  /// `57P01`: an operator stops the server.
  public static let adminShutdown = SQLState("57P01")
  /// `57P02`: the server crashed.
  public static let crashShutdown = SQLState("57P02")
  /// `57P03`: the server can't be reached or takes no connections now.
  public static let cannotConnectNow = SQLState("57P03")
  /// `57P05`: the session was idle for too long.
  public static let idleSessionTimeout = SQLState("57P05")
  /// `58000`: something around the server failed.
  public static let systemError = SQLState("58000")
  /// `F0000`: something is wrong with a configuration file.
  public static let configFileError = SQLState("F0000")
  /// `XX000`: a fault of the program itself.
  public static let internalError = SQLState("XX000")

  /// A code written in the program.
  ///
  /// - Precondition: five digits or capital letters.
  public init(_ code: StaticString) {
    guard let state = SQLState("\(code)".utf8) else {
      preconditionFailure("a SQLSTATE has five digits or capital letters")
    }
    self = state
  }

  /// A code that came from a peer; nil unless it is five digits or capital letters.
  public init?(_ code: some Sequence<UInt8>) {
    var packed: UInt64 = 0
    var count = 0
    for byte in code {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        packed = packed << 8 | UInt64(byte)
        count += 1
      default: return nil
      }
      if count > 5 { return nil }
    }
    if count != 5 { return nil }
    self.packed = packed
  }

  /// Whether the first two characters are these.
  public func isOfClass(_ name: StaticString) -> Bool { description.hasPrefix("\(name)") }

  /// The five characters.
  public var description: String {
    var text = ""
    for index in 0..<5 {
      text.unicodeScalars.append(
        Unicode.Scalar(UInt8(truncatingIfNeeded: packed >> (32 - 8 * UInt64(index)))))
    }
    return text
  }
}
