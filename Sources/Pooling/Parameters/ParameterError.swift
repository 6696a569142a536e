/// Why a setting's value can't be kept, with the setting's name.
public enum ParameterError: Error, Sendable, Hashable {
  /// The value is longer, in bytes, than any is expected to be.
  case valueTooLong(String, bytes: Int, limit: Int)
  /// The value has a zero byte inside, which no server can be told.
  case zeroByte(String)
  /// Clients have as many different values as the worker keeps.
  case tooManyValues(String, limit: Int)
  /// What a server reports at the start is longer, in bytes, than any server's is expected to be.
  case greetingTooLong(limit: Int)
}

extension ParameterError: CustomStringConvertible {
  /// What was refused, why, and what helps.
  public var description: String {
    switch self {
    case .valueTooLong(let parameter, let bytes, let limit):
      "the value of \(parameter) has \(bytes) bytes, more than the \(limit) that are kept; "
        + "shorten it, or use session pooling"
    case .zeroByte(let parameter):
      "the value of \(parameter) has a zero byte inside; leave it out"
    case .tooManyValues(let parameter, let limit):
      "no room for another value of \(parameter): clients have \(limit) different values of "
        + "settings in use; let more of them share one, or raise the router's limit"
    case .greetingTooLong(let limit):
      "the server reports more than \(limit) bytes of settings at the start; raise the router's limit"
    }
  }
}
