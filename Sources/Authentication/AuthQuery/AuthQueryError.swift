public import Wire

/// Why the answer to the query for a verifier can't be used; the connection is of no more use either.
public enum AuthQueryError: Error, Sendable, Hashable {
  /// A message of this type came when it was not due.
  case unexpectedMessage(type: UInt8)
  /// A message of this type can't be read.
  case malformed(type: UInt8)
  /// An error of the server's can't be read.
  case malformedError(MessageBodyError)
  /// A message of this type has this many bytes, more than ``AuthenticationLimits/serverMessageBytes``.
  case messageTooLong(type: UInt8, byteCount: Int)
  /// The query gives this many columns in place of two: the role's name and its verifier.
  case columns(Int)
  /// The query gives more than one row.
  case severalRows
  /// The query gives the row of another role than was asked for.
  case otherRole
}

extension AuthQueryError: CustomStringConvertible {
  /// What happened, and what to do about it.
  public var description: String {
    switch self {
    case .unexpectedMessage(let type):
      "the answer to the query for verifiers has a message '\(Character(Unicode.Scalar(type)))' that "
        + "is not due"
    case .malformed(let type):
      "the answer to the query for verifiers has a message '\(Character(Unicode.Scalar(type)))' that "
        + "can't be read"
    case .malformedError(let error): "the answer to the query for verifiers can't be read: \(error)"
    case .messageTooLong(let type, let byteCount):
      "the answer to the query for verifiers has a message '\(Character(Unicode.Scalar(type)))' of "
        + "\(byteCount) bytes, more than \(AuthenticationLimits.serverMessageBytes)"
    case .columns(let count):
      "the query for verifiers gives \(count) columns: have it give two, the role's name and its "
        + "verifier"
    case .severalRows: "the query for verifiers gives several rows: have it name one role, by $1"
    case .otherRole:
      "the query for verifiers gives another role than $1: have it compare the role's name with $1"
    }
  }
}
