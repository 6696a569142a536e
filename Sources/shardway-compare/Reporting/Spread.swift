/// The median of some measurements, and how far they lie apart.
struct Spread: Sendable, Codable {
  let median: Double
  let lowerQuartile: Double
  let upperQuartile: Double

  /// The spread of at least one sample; between two of them it is interpolated.
  init(_ samples: [Double]) {
    precondition(!samples.isEmpty, "a spread has samples")
    let sorted = samples.sorted()
    func quantile(_ share: Double) -> Double {
      let position = share * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
    median = quantile(0.5)
    lowerQuartile = quantile(0.25)
    upperQuartile = quantile(0.75)
  }
}
