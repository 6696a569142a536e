public import TLS
public import Uring
import Glibc

/// Why a null server could not start. Each case reads as one sentence that says what to do.
public enum NullServerError: Error, Equatable, CustomStringConvertible {
  /// A setting makes no sense.
  case badSetting(name: String, reason: String)
  /// The address could not be listened at.
  case cannotListen(address: String, port: UInt16, errno: Int32)
  /// The files of the certificate can't be used.
  case certificate(TLSError)
  /// A worker's ring could not be made.
  case ring(RingError)
  /// The kernel gave no thread or no pair of sockets.
  case outOfResources(what: String, errno: Int32)
  /// It runs already, or has ended: a server starts once.
  case startedBefore

  /// One sentence for people.
  public var description: String {
    switch self {
    case .badSetting(let name, let reason): "the setting \(name) can't be used: \(reason)"
    case .cannotListen(let address, let port, let code):
      "can't listen at \(address):\(port): \(Self.text(code))"
        + (code == EADDRINUSE ? "; stop what listens there, or choose another port" : "")
    case .certificate(let error): error.description
    case .ring(let error): error.description
    case .outOfResources(let what, let code):
      "no \(what) could be made: \(Self.text(code)); raise the limits of this process (ulimit -n, ulimit -u)"
    case .startedBefore: "this server was started before: make another one"
    }
  }

  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
