public import Wire

/// What a server asks a client for.
public enum AuthenticationMethod: String, Sendable, Hashable {
  /// The password as it is.
  case cleartextPassword = "the password in cleartext"
  /// The password's MD5 hash.
  case md5Password = "the password's MD5 hash"
  /// A mechanism of SASL.
  case sasl = "SASL"
  /// Kerberos V5.
  case kerberosV5 = "Kerberos V5"
  /// GSSAPI.
  case gss = "GSSAPI"
  /// SSPI.
  case sspi = "SSPI"
}

/// Why a login to a server failed; the connection is of no more use.
public enum ServerLoginError: Error, Sendable, Hashable {
  /// The server refused, for this reason.
  case refused(ErrorResponse)
  /// The server asks for something, and there is no credential.
  case credentialMissing(AuthenticationMethod)
  /// The server asks for something that the credential can't answer.
  case credentialDoesNotFit(AuthenticationMethod)
  /// The server asks for a weak method, which was not allowed.
  case weakMethod(AuthenticationMethod)
  /// The server asks for a method that is not spoken here; its code where it has no name.
  case unknownMethod(code: Int32)
  /// The server asks for MD5, and OpenSSL may not compute it (FIPS mode).
  case md5Unavailable
  /// The exchange of SCRAM messages failed.
  case scram(ScramError)
  /// A message of this type came when it was not due.
  case unexpectedMessage(type: UInt8)
  /// A message can't be read.
  case malformed(MessageBodyError)
  /// A message of this type has this many bytes, more than ``AuthenticationLimits/serverMessageBytes``.
  case messageTooLong(type: UInt8, byteCount: Int)
}

extension ServerLoginError: CustomStringConvertible {
  /// What happened, and what to do about it where that is not obvious.
  public var description: String {
    switch self {
    case .refused(let error):
      "the server refused the login: \(error.severity.rawValue) \(error.sqlState): \(error.message)"
    case .credentialMissing(let method):
      "the server asks for \(method.rawValue), and the router has nothing to log in with: have the "
        + "router authenticate its clients, or give it a password"
    case .credentialDoesNotFit(let method):
      "the server asks for \(method.rawValue), which what the router has can't answer: "
        + "pg_hba.conf must demand the method that the role's verifier is for"
    case .weakMethod(let method):
      "the server asks for \(method.rawValue), which is not allowed: have pg_hba.conf demand "
        + "scram-sha-256"
    case .unknownMethod(let code):
      "the server asks for authentication of type \(code), which is not known here"
    case .md5Unavailable:
      "the server asks for the password's MD5 hash, and the router's OpenSSL is in FIPS mode"
    case .scram(let error): "SCRAM with the server failed: \(error)"
    case .unexpectedMessage(let type):
      "the server sent message '\(Character(Unicode.Scalar(type)))', which is not due in a login"
    case .malformed(let error): "the server sent what can't be read: \(error)"
    case .messageTooLong(let type, let byteCount):
      "the server sent message '\(Character(Unicode.Scalar(type)))' of \(byteCount) bytes, more than "
        + "\(AuthenticationLimits.serverMessageBytes)"
    }
  }
}
