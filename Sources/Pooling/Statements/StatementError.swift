/// Why a client's statement can't be prepared where links are shared; its session goes on.
public enum StatementError: Error, Sendable, Hashable {
  /// The statement alone is larger than what is kept of all of them, in bytes.
  case definitionTooLong(bytes: Int, limit: Int)
  /// Clients have as many statements prepared as the worker keeps, or their texts are as long.
  case registryFull(statements: Int, bytes: Int)
  /// The client has prepared as many names as one may.
  case tooManyNames(limit: Int)
}

extension StatementError: CustomStringConvertible {
  /// What was refused, why, and what helps.
  public var description: String {
    switch self {
    case .definitionTooLong(let bytes, let limit):
      "a prepared statement of \(bytes) bytes can't be kept: all of them may have \(limit) bytes; "
        + "send it without a name, or use session pooling"
    case .registryFull(let statements, let bytes):
      "no room for another prepared statement: clients have \(statements) of them with \(bytes) "
        + "bytes in use; deallocate some, or raise the router's limits"
    case .tooManyNames(let limit):
      "this session has prepared \(limit) statements, as many as one may; deallocate some"
    }
  }
}
