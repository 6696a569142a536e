/// Randomness that nobody can guess, from the system.
enum Nonces {
  /// Bytes of a nonce of SCRAM's: PostgreSQL's own number.
  private static let scramBytes = 18

  /// A nonce for one exchange of SCRAM messages.
  static func scram() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<scramBytes).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
  }
}
