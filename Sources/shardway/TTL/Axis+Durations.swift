internal import Drawing
internal import Glibc

/// Logarithmic axes of durations in seconds.
extension Axis {
  /// Values spread evenly over the axis.
  func steps(_ count: Int) -> [Double] {
    (0...count).map { step in
      values.lowerBound
        * pow(values.upperBound / values.lowerBound, Double(step) / Double(count))
    }
  }

  /// Durations that people read easily, with a mark and a label.
  var durations: [Double] {
    [
      0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600,
      1800, 3600, 7200, 18_000, 43_200, 86_400,
    ].filter { $0 >= values.lowerBound * 0.999 && $0 <= values.upperBound * 1.001 }
  }
}
