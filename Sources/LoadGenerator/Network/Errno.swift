import Glibc
import LoadClient

/// The `errno` values that the generator tells apart.
enum Errno {
  static let again = EAGAIN
  static let cancelled = ECANCELED
  static let noBufferSpace = ENOBUFS

  /// Why a connection could not be made.
  static func connectFailure(_ code: Int32) -> Failure {
    switch code {
    case ECONNREFUSED: Failure(.connectRefused)
    case ETIMEDOUT, ECANCELED: Failure(.connectTimeout)
    case EHOSTUNREACH, ENETUNREACH: Failure(.connectUnreachable)
    case EADDRNOTAVAIL: Failure(.connectNoPort)
    case ECONNRESET: Failure(.reset)
    default: Failure(.connectFailed)
    }
  }
}
