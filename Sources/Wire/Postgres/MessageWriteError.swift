/// Why a message could not be written into the memory that was given; nothing of it was.
public enum MessageWriteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A name of so many bytes, more than ``PostgresLimits/statementNameBytes``.
  case nameTooLong(byteCount: Int)
  /// A name with a zero byte inside, which would end it early.
  case zeroByteInName
  /// The message would be so many bytes long, its length field included: more than
  /// ``PostgresLimits/messageBytes``.
  case messageTooLong(byteCount: Int)
  /// So many bytes were to be written, and there was room for fewer.
  case noRoom(needed: Int, free: Int)

  /// What could not be written, in a sentence.
  public var description: String {
    switch self {
    case .nameTooLong(let byteCount):
      "a statement or portal name of \(byteCount) bytes is too long: at most "
        + "\(PostgresLimits.statementNameBytes) are allowed"
    case .zeroByteInName:
      "a statement or portal name may not contain a zero byte"
    case .messageTooLong(let byteCount):
      "a message of \(byteCount) bytes is too long: at most \(PostgresLimits.messageBytes) are "
        + "allowed"
    case .noRoom(let needed, let free):
      "\(needed) bytes of a message were to be written where there is room for \(free)"
    }
  }
}
