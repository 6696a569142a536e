import Glibc

/// Pearson's statistic of counts against what was expected.
func chiSquare(_ counts: [Int], expected: [Double]) -> Double {
  zip(counts, expected).reduce(0) { sum, pair in
    let distance = Double(pair.0) - pair.1
    return sum + distance * distance / pair.1
  }
}

/// e to a power.
func exponential(_ power: Double) -> Double { exp(power) }
