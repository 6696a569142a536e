internal import Glibc

/// Maps a range of values onto a range of pixels.
public struct Axis: Sendable {
  /// How values lie on it.
  public enum Scale: Sendable {
    /// Equal differences are equally long.
    case linear
    /// Equal factors are equally long; values are above 0.
    case logarithmic
  }

  /// How values lie on it.
  public let scale: Scale
  /// The values at its ends.
  public let values: ClosedRange<Double>
  private let start: Double
  private let end: Double

  /// An axis between two places.
  ///
  /// A range that can't be shown is widened: one of no length, and on a logarithmic axis one that
  /// does not begin above 0.
  public init(_ scale: Scale, _ values: ClosedRange<Double>, from start: Double, to end: Double) {
    self.scale = scale
    self.start = start
    self.end = end
    var (low, high) = (values.lowerBound, values.upperBound)
    if !low.isFinite { low = 0 }
    if !high.isFinite { high = low }
    switch scale {
    case .linear: if high <= low { high = low + max(1, low.magnitude) }
    case .logarithmic:
      if low <= 0 { low = min(1, high > 0 ? high / 1_000 : 1) }
      if high <= low { high = low * 10 }
    }
    self.values = low...high
  }

  /// A value's pixel; values outside are put to the ends.
  public func place(_ value: Double) -> Double {
    guard !value.isNaN else { return start }
    let value = min(max(value, values.lowerBound), values.upperBound)
    let share =
      switch scale {
      case .linear: (value - values.lowerBound) / (values.upperBound - values.lowerBound)
      case .logarithmic:
        log(value / values.lowerBound) / log(values.upperBound / values.lowerBound)
      }
    return start + (end - start) * share
  }
}

// MARK: Ticks

extension Axis {
  /// Values that people count by, ascending, about so many of them; at least one.
  ///
  /// Linear: multiples of 1, 2 or 5 times a power of ten. Logarithmic: powers of ten, with their
  /// doubles and quintuples, or some of the powers only, as there is room.
  public func ticks(about count: Int) -> [Double] {
    let ticks =
      switch scale {
      case .linear: linearTicks(max(1, count))
      case .logarithmic: logarithmicTicks(max(1, count))
      }
    return ticks.isEmpty ? [values.lowerBound] : ticks
  }

  private func linearTicks(_ count: Int) -> [Double] {
    let rough = (values.upperBound - values.lowerBound) / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    return multiples(of: step)
  }

  /// The multiples of a step that the axis shows.
  public func multiples(of step: Double) -> [Double] {
    let first = (values.lowerBound / step - 1e-9).rounded(.up)
    let last = (values.upperBound / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 10_000 else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  private func logarithmicTicks(_ count: Int) -> [Double] {
    let first = Int(log10(values.lowerBound).rounded(.down))
    let last = Int(log10(values.upperBound).rounded(.up))
    let decades = log10(values.upperBound / values.lowerBound)
    let every = max(1, Int((decades / Double(count)).rounded(.up)))
    let factors: [Double] =
      decades * 3 <= Double(count) ? [1, 2, 5] : decades * 2 <= Double(count) ? [1, 3] : [1]
    let all = (first...last).filter { $0.isMultiple(of: every) }
      .flatMap { power in factors.map { $0 * pow(10, Double(power)) } }
    let shown = all.filter {
      $0 >= values.lowerBound * 0.999 && $0 <= values.upperBound * 1.001
    }
    // Less than a decade: round numbers as on a linear axis.
    let even = shown.count < 3 && decades < 1 ? linearTicks(count).filter { $0 > 0 } : []
    return even.count > shown.count ? even : shown
  }
}
