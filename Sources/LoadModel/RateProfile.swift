internal import LoadScenario

/// A rate plan from a moment on, cut where its slope changes; in transactions a second.
struct RateProfile: Sendable {
  /// A stretch of time whose rate is a straight line.
  struct Segment: Sendable {
    /// Nanoseconds on the measurement's axis.
    let start: Double
    /// The rate at the start.
    let rate: Double
    /// The rate's growth in each second.
    let slope: Double
    /// The integral of the rate, which is how many transactions are expected here; in the last
    /// segment infinite, or zero where nothing comes any more.
    let area: Double

    /// How many nanoseconds from the start the integral of the rate reaches a part of ``area``.
    ///
    /// The root is taken in the form that loses no digits where the slope is small.
    func distance(toArea part: Double) -> Double {
      if slope == 0 { return part * 1e9 / rate }
      if part <= 0 { return 0 }
      let discriminant = max(0, rate * rate + 2 * slope * part)
      return 2e9 * part / (rate + discriminant.squareRoot())
    }
  }

  /// In order of time, at least one; the last one never ends.
  let segments: [Segment]

  /// The share of a plan that lies after a moment.
  init(_ plan: RatePlan, share: Double, from start: Duration) {
    func point(_ at: Duration, _ rate: Double) -> (at: Double, rate: Double) {
      (at.nanoseconds, rate * share)
    }
    var segments: [Segment] = []
    var here = point(start, plan.rate(at: start))
    for next in plan.points where next.at >= start {
      let next = point(next.at, next.transactionsPerSecond)
      let length = (next.at - here.at) / 1e9
      // Two points at one moment are a jump.
      if length > 0 {
        let slope = (next.rate - here.rate) / length
        let area = (here.rate + next.rate) / 2 * length
        segments.append(Segment(start: here.at, rate: here.rate, slope: slope, area: area))
      }
      here = next
    }
    let rest = here.rate > 0 ? Double.infinity : 0
    segments.append(Segment(start: here.at, rate: here.rate, slope: 0, area: rest))
    self.segments = segments
  }
}

extension Duration {
  /// This time in nanoseconds, as exactly as a floating-point number can say it.
  fileprivate var nanoseconds: Double {
    Double(components.seconds) * 1e9 + Double(components.attoseconds) / 1e9
  }
}
