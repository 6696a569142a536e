/// Random bytes that nobody can guess.
enum Nonce {
  /// Those of one exchange of SCRAM messages.
  static func random() -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<ClientLimits.nonceBytes).map { _ in .random(in: 0 ... .max, using: &random) }
  }
}
