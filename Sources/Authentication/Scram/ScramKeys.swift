/// What a login with SCRAM-SHA-256 takes in place of the password (RFC 5802 section 3).
///
/// Whoever has them can log in to every server that has the verifier they belong to, and nowhere else:
/// another salt or number of rounds makes other keys. A server wins them from each right proof.
public struct ScramKeys: SecretValue, Sendable, Equatable {
  /// `ClientKey`: proves to the server who the client is. The server itself keeps only its digest.
  public let clientKey: SecretDigest
  /// `ServerKey`: proves to the client that the server knows the verifier.
  public let serverKey: SecretDigest

  init(clientKey: SecretDigest, serverKey: SecretDigest) {
    self.clientKey = clientKey
    self.serverKey = serverKey
  }

  /// Derives the keys from a password: as many HMACs as rounds, about half a microsecond each.
  ///
  /// The password is taken as it is. PostgreSQL normalizes passwords by SASLprep (RFC 4013), which
  /// changes nothing in ASCII, nor in text in Unicode's form NFKC without unusual blanks and invisible
  /// characters; another one must be given normalized, or it is refused as wrong.
  ///
  /// - Precondition: salt and rounds are within ``AuthenticationLimits``.
  public init(password: [UInt8], salt: [UInt8], iterations: Int) {
    precondition(AuthenticationLimits.iterations.contains(iterations), "no such number of rounds")
    precondition(AuthenticationLimits.saltBytes.contains(salt.count), "no such salt")
    let salted = Hashing.pbkdf2(
      password: password.span, salt: salt.span, iterations: iterations)
    var hashing = CountedHashing()
    clientKey = hashing.hmac(key: salted, Array("Client Key".utf8))
    serverKey = hashing.hmac(key: salted, Array("Server Key".utf8))
  }
}
