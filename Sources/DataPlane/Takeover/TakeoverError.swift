import Glibc

/// Why a takeover did not come about, or ended.
public enum TakeoverError: Error, Equatable, CustomStringConvertible {
  /// A socket of the restart path failed.
  case socket(path: String, call: String, errno: Int32)
  /// The path is too long for a socket's address.
  case pathTooLong(String, limit: Int)
  /// The other end runs as another user.
  case foreignUser(UInt32)
  /// The other process speaks another version of the messages.
  case otherVersion(UInt16)
  /// What the other process said can't be understood.
  case malformed(String)
  /// The other process said something that doesn't belong there.
  case unexpected(String)
  /// The other process refuses, and says why.
  case refused(String)
  /// The other process has said nothing for too long.
  case noAnswer(milliseconds: Int32)
  /// The other process has gone.
  case closed

  /// One sentence for the operator.
  public var description: String {
    switch self {
    case .socket(let path, let call, let errno):
      "the socket \(path) of restart.socket can't be used: \(call): \(String(cString: strerror(errno)))"
    case .pathTooLong(let path, let limit):
      "restart.socket \(path) is longer than the \(limit) bytes that a socket's path may have"
    case .foreignUser(let user):
      "the process at the other end of restart.socket runs as user \(user); only the router's own may take over"
    case .otherVersion(let version):
      "the other router speaks version \(version) of the takeover and this one \(TakeoverLimits.version); stop it and start this one"
    case .malformed(let what): "the other router's message can't be understood: \(what)"
    case .unexpected(let what): "the other router sent \(what) where that has no place"
    case .refused(let why): "the running router hands nothing over: \(why)"
    case .noAnswer(let milliseconds):
      "the other router has said nothing for \(milliseconds / 1000) s"
    case .closed: "the other router has gone"
    }
  }
}
