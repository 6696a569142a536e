/// Why TLS could not be set up, or a connection can't go on. Each case reads as one sentence that says what to do.
///
/// `reason` is OpenSSL's text.
public enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
  /// OpenSSL could not make a context or a connection.
  case setupFailed(reason: String)
  /// A file of certificates could not be used.
  case certificateUnusable(path: String, reason: String)
  /// A private key could not be used, or belongs to another certificate.
  case keyUnusable(path: String, reason: String)
  /// A private key's file can be read by others than its owner.
  case keyReadableByOthers(path: String)
  /// Clients are asked for certificates, and no authority is named that they could be checked against.
  case authoritiesMissing
  /// An application protocol has no name, or one that is too long.
  case badProtocolName(String)
  /// A server's name can't be asked for: it is empty, too long, or holds a zero byte.
  case badServerName(String)
  /// The other side's certificate was not accepted here, or there was none.
  case certificateRefused(reason: String)
  /// The two sides did not come to terms, or the other side does not speak TLS.
  case handshakeFailed(reason: String)
  /// What came after the handshake is no TLS, was changed on its way, or tells of an error on the other side.
  case connectionFailed(reason: String)
  /// Something was to be sent before the handshake, or after the end.
  case notEstablished

  /// One sentence for people.
  public var description: String {
    switch self {
    case .setupFailed(let reason):
      "TLS can't be set up: \(reason); check OpenSSL's configuration (openssl version -d)"
    case .certificateUnusable(let path, let reason):
      "the certificate file \(path) can't be used: \(reason); name a readable PEM file"
    case .keyUnusable(let path, let reason):
      "the key file \(path) can't be used: \(reason); name the certificate's own key, in PEM without a passphrase"
    case .keyReadableByOthers(let path):
      "the key file \(path) can be read by others than its owner: chmod 600 it"
    case .authoritiesMissing:
      "clients are asked for certificates, and no authority is named: name the file of those that sign them"
    case .badProtocolName(let name):
      "\"\(name)\" can't be the name of an application protocol: it must have 1 to \(TLSLimits.protocolNameBytes) bytes"
    case .badServerName(let name):
      "\"\(name)\" can't be a server's name in TLS: give a host name or an IP address"
    case .certificateRefused(let reason):
      "the other side's certificate is not accepted: \(reason); name the right authority and host"
    case .handshakeFailed(let reason):
      "the TLS handshake failed: \(reason); check that the other side speaks TLS 1.2 or 1.3 here"
    case .connectionFailed(let reason):
      "the TLS connection failed: \(reason); open another one"
    case .notEstablished:
      "nothing can be sent: the TLS handshake is not over, or the connection has ended"
    }
  }
}
