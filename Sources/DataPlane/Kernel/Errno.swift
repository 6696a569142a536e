import Glibc

/// The `errno` values that the data plane tells apart.
enum Errno {
  static let again = EAGAIN
  static let cancelled = ECANCELED
  static let interrupted = EINTR
  static let noBufferSpace = ENOBUFS
  static let connectionReset = ECONNRESET
  static let timedOut = ETIMEDOUT
  static let brokenPipe = EPIPE
  static let protocolError = EPROTO
  /// Too little of something to accept now; more may be there later.
  static func isShortage(_ code: Int32) -> Bool {
    [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(code)
  }
}
