/// What a server keeps of a password for SCRAM-SHA-256: enough to check a proof, too little to make one
/// (RFC 5802 section 3).
public struct ScramVerifier: SecretValue, Sendable, Equatable {
  /// Rounds of PBKDF2, in ``AuthenticationLimits/iterations``.
  public let iterations: Int
  /// The salt, of a length in ``AuthenticationLimits/saltBytes``.
  public let salt: [UInt8]
  /// `StoredKey`: the digest of the client's key.
  let storedKey: SecretDigest
  /// `ServerKey`.
  let serverKey: SecretDigest

  /// Derives the verifier of a password, as PostgreSQL does when the password is set; costs and
  /// normalization are those of ``ScramKeys/init(password:salt:iterations:)``.
  ///
  /// - Parameters:
  ///   - password: the password.
  ///   - salt: random bytes; PostgreSQL takes 16.
  ///   - iterations: rounds of PBKDF2.
  /// - Precondition: salt and rounds are within ``AuthenticationLimits``.
  public init(
    password: [UInt8], salt: [UInt8],
    iterations: Int = AuthenticationLimits.defaultIterations
  ) {
    let keys = ScramKeys(password: password, salt: salt, iterations: iterations)
    self.init(
      iterations: iterations, salt: salt,
      storedKey: Hashing.sha256(keys.clientKey.storage.span), serverKey: keys.serverKey)
  }

  init(iterations: Int, salt: [UInt8], storedKey: SecretDigest, serverKey: SecretDigest) {
    self.iterations = iterations
    self.salt = salt
    self.storedKey = storedKey
    self.serverKey = serverKey
  }

  /// A verifier for a role that does not exist, so that nobody learns from a login which ones do.
  ///
  /// The same role always gets the same salt, as one that exists would, and no password or key fits.
  /// PostgreSQL does the same (`mock_scram_secret`). Give it to a ``ScramServer`` with `isMock`.
  ///
  /// - Parameters:
  ///   - user: the role's name.
  ///   - secret: random bytes that all routers of a fleet share and nobody else knows; 32 are enough.
  ///   - iterations: rounds, the same as the roles that exist have.
  /// - Returns: the verifier.
  public static func mock(
    user: [UInt8], secret: [UInt8],
    iterations: Int = AuthenticationLimits.defaultIterations
  ) -> ScramVerifier {
    precondition(AuthenticationLimits.iterations.contains(iterations), "no such number of rounds")
    func derive(_ purpose: StaticString) -> SecretDigest {
      // A name holds no zero byte, so no two pairs of purpose and name are the same message.
      let message = Array("\(purpose)\0".utf8) + user
      return Hashing.hmac(key: secret.span, message.span)
    }
    return ScramVerifier(
      iterations: iterations,
      salt: Array(derive("salt").bytes.prefix(AuthenticationLimits.mockSaltBytes)),
      storedKey: derive("stored key"), serverKey: derive("server key"))
  }

  /// Whether everything in two verifiers is the same.
  public static func == (left: ScramVerifier, right: ScramVerifier) -> Bool {
    left.iterations == right.iterations && left.salt == right.salt
      && left.storedKey == right.storedKey && left.serverKey == right.serverKey
  }
}
