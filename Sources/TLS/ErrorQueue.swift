internal import COpenSSL
import Glibc

/// The calling thread's queue of OpenSSL's errors, in which each failed call leaves its reasons.
enum ErrorQueue {
  /// Empties the queue: what `SSL_get_error` says depends on what is in it.
  static func clear() { ERR_clear_error() }

  /// The text of the newest error, or what the operating system said where it was asked; empties the queue.
  static func takeReason() -> String {
    var newest: UInt = 0
    while true {
      let code = ERR_get_error()
      if code == 0 { break }
      newest = code
      if shardway_error_is_of_system(code) != 0 {
        ERR_clear_error()
        return String(cString: strerror(shardway_error_reason(code)))
      }
    }
    // A pointer to a constant of the library's, or null.
    guard let text = ERR_reason_error_string(newest) else { return "unknown reason (\(newest))" }
    return String(cString: text)
  }

  /// Whether the newest error is that a certificate was not accepted, or was missing.
  static var isAboutCertificate: Bool {
    let code = ERR_peek_last_error()
    return shardway_error_is_from_tls(code) != 0
      && [SSL_R_CERTIFICATE_VERIFY_FAILED, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE]
        .contains(shardway_error_reason(code))
  }
}
