/// What the router has to log in to a server with.
public enum Credential: SecretValue, Sendable {
  /// Nothing: the server trusts whoever connects.
  case none
  /// Keys that were won from a client's login, or derived from a password.
  case scram(ScramKeys)
  /// The hash that a role's MD5 verifier is: enough for a server that asks for MD5, and for no other.
  case md5(MD5Verifier)
  /// A password, of whatever method the server asks for.
  case password([UInt8])
}
