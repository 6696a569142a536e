internal import Glibc

extension FigureComparison.Interval {
  /// The middle of resampled values that holds the true one in ``ComparisonLimits/confidence`` of
  /// all cases.
  ///
  /// The plain percentiles of a bootstrap are too narrow where there are few measurements, so they
  /// are taken further out, as far as Student's distribution lies outside of the normal one.
  ///
  /// Source: Hesterberg, "What teachers should know about the bootstrap" (2015), the expanded
  /// percentile interval.
  /// - Parameters:
  ///   - values: at least one.
  ///   - degreesOfFreedom: independent measurements, less one; at least 1.
  init(of values: [Double], degreesOfFreedom: Double) {
    let sorted = values.sorted()
    let measurements = degreesOfFreedom + 1
    let distance =
      StudentDistribution.distance(degreesOfFreedom: degreesOfFreedom)
      * (measurements / degreesOfFreedom).squareRoot()
    let tail = 0.5 * erfc(distance / 2.0.squareRoot())
    func quantile(_ share: Double) -> Double {
      let position = share * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
    low = quantile(tail)
    high = quantile(1 - tail)
  }
}

/// How far from the middle Student's distribution has ``ComparisonLimits/confidence`` within.
enum StudentDistribution {
  /// The same of the normal distribution.
  private static let normal = 1.959964

  /// The distance in standard errors, within 2 % from 3 degrees of freedom.
  ///
  /// Source: Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5.
  static func distance(degreesOfFreedom: Double) -> Double {
    let z = normal
    let first = (pow(z, 3) + z) / 4
    let second = (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / 96
    let third = (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / 384
    return z + first / degreesOfFreedom + second / pow(degreesOfFreedom, 2)
      + third / pow(degreesOfFreedom, 3)
  }
}
