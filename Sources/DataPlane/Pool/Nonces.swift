/// Randomness that nobody can guess, from the system.
enum Nonces {
  /// Bytes of a nonce of SCRAM's: PostgreSQL's own number.
  private static let scramBytes = 18

  /// A nonce for one exchange of SCRAM messages.
  static func scram() -> [UInt8] { bytes(scramBytes) }

  /// So many random bytes.
  static func bytes(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
  }
}
