/// What a share that was counted in a sample can be at most.
enum ShareBound {
  /// The upper end of the one-sided 95 % interval (Wilson's; for a count of 0, exact).
  ///
  /// - Parameters:
  ///   - share: what was counted, 0 to 1.
  ///   - samples: of how many; 0 knows nothing, so anything is possible.
  /// - Returns: the bound, at most 1.
  static func upper(_ share: Double, of samples: Double) -> Double {
    guard samples > 0 else { return 1 }
    // (1 − p)ⁿ = 0.05, to first order: the "rule of three".
    if share <= 0 { return min(1, -log05 / samples) }
    let z = 1.644_853_6
    let (square, spread) = (z * z, z * z / (4 * samples * samples))
    let centre = share + square / (2 * samples)
    let width = z * (share * (1 - share) / samples + spread).squareRoot()
    return min(1, (centre + width) / (1 + square / samples))
  }

  /// Samples it takes to show that something happens at most so often, when it never did.
  static func samples(toShow share: Double) -> Double { (-log05 / share).rounded(.up) }

  /// The natural logarithm of 0.05.
  private static let log05 = -2.995_732_3
}
