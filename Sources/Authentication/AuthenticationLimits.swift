/// The bounds of everything that a login may bring or ask for.
public enum AuthenticationLimits {
  /// Rounds of PBKDF2 that a verifier or a server may name.
  ///
  /// From 1, as PostgreSQL's `scram_iterations` does. A login with a password costs as many HMACs on
  /// the thread that does it, so a server may not ask for more than about half a second of them.
  public static let iterations = 1...1_000_000
  /// Rounds where nothing else is said: PostgreSQL's default, and the least that RFC 7677 asks for.
  public static let defaultIterations = 4_096
  /// Length of a verifier's salt, in bytes, before Base64. PostgreSQL's have 16.
  public static let saltBytes = 1...128
  /// Length of the salt that a verifier is made up with, in bytes: PostgreSQL's.
  public static let mockSaltBytes = 16
  /// Length of a peer's nonce, or of what a server appends to the client's, in printable characters.
  /// libpq's and PostgreSQL's have 24.
  public static let nonceBytes = 1...256
  /// Random bytes of a nonce of our own, before Base64. PostgreSQL's (`SCRAM_RAW_NONCE_LEN`) have 18.
  public static let randomNonceBytes = 16...64
  /// Longest body of a client's `p` message, and longest SCRAM message of a server, in bytes.
  ///
  /// A nonce, a channel binding and a proof take under 1,000; the rest is for names and extensions.
  public static let messageBytes = 4_096
  /// Longest body of any message of a server before it is ready, in bytes.
  ///
  /// libpq takes at most 30,000 bytes of error there, and nothing else is as long.
  public static let serverMessageBytes = 32_768
  /// Longest verifier as text, in bytes. SCRAM's with the longest salt has under 300.
  public static let verifierBytes = 512
  /// Longest name of a role, in bytes (`NAMEDATALEN` less the terminator).
  public static let roleNameBytes = 63
}

/// How guesses of passwords are slowed down; see ``LoginThrottle``.
public enum ThrottleLimits {
  /// Failures that cost nothing: a person mistypes, a deployment has an old password for a moment.
  public static let freeFailures = 5
  /// Wait after the first failure beyond those; each further one doubles it.
  public static let firstWait: Duration = .seconds(1)
  /// Longest wait: 60 guesses an hour, and who has the right password again is let in within a minute.
  public static let longestWait: Duration = .seconds(60)
  /// How long after the last failure all are forgotten.
  ///
  /// With the free ones again after that, pausing gains nothing over guessing once in each longest wait.
  public static let memory: Duration = .seconds(660)
  /// Pairs of address and tenant that are watched: 128 KiB.
  static let places = 4_096
}

/// What is remembered of the roles' verifiers; see ``VerifierCache``.
public enum VerifierCacheLimits {
  /// How long a verifier is used before the server is asked again: as long, a changed password may go
  /// on to open sessions on server connections that are already there.
  public static let memory: Duration = .seconds(60)
  /// How long it is remembered that a role does not exist or has no password: less, since whoever has
  /// just made one waits for it.
  public static let missingMemory: Duration = .seconds(5)
  /// Roles that are remembered: under 2 MiB with the longest names and salts.
  static let places = 4_096
}

extension Duration {
  /// Whole nanoseconds of a duration that is not negative; at most about 292 years.
  var nanoseconds: UInt64 {
    UInt64(components.seconds) * 1_000_000_000 + UInt64(components.attoseconds / 1_000_000_000)
  }
}
