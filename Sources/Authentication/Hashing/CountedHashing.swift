/// The digests of one login, counted.
///
/// The count is how tests show, without a clock, that the login of a role that does not exist takes the
/// same work as any other.
struct CountedHashing: Sendable {
  /// Digests so far.
  private(set) var count = 0

  mutating func hmac(key: SecretDigest, _ message: [UInt8]) -> SecretDigest {
    count += 1
    return Hashing.hmac(key: key.storage.span, message.span)
  }

  mutating func sha256(_ message: SecretDigest) -> SecretDigest {
    count += 1
    return Hashing.sha256(message.storage.span)
  }
}
