extension RatePlan {
  /// The rate at a moment, in transactions a second; at a jump, the one after it.
  ///
  /// - Complexity: O(points).
  public func rate(at moment: Duration) -> Double {
    guard let next = points.firstIndex(where: { $0.at > moment }) else {
      return points[points.count - 1].transactionsPerSecond
    }
    guard next > 0 else { return points[0].transactionsPerSecond }
    let (before, after) = (points[next - 1], points[next])
    let growth = after.transactionsPerSecond - before.transactionsPerSecond
    return before.transactionsPerSecond
      + growth * ((moment - before.at) / (after.at - before.at))
  }

  /// The mean rate from the beginning of the measurement to a moment after it, in transactions a
  /// second.
  ///
  /// - Complexity: O(points).
  public func mean(until end: Duration) -> Double {
    var here = (at: Duration.zero, rate: rate(at: .zero))
    var area = 0.0
    let later = points.filter { $0.at > .zero && $0.at < end }
      .map { (at: $0.at, rate: $0.transactionsPerSecond) }
    for next in later + [(at: end, rate: rateBefore(end))] {
      area += (here.rate + next.rate) / 2 * ((next.at - here.at) / .seconds(1))
      here = next
    }
    return area / (end / .seconds(1))
  }

  /// The rate that a moment is reached with; at a jump, the one before it.
  private func rateBefore(_ moment: Duration) -> Double {
    points.first { $0.at == moment }?.transactionsPerSecond ?? rate(at: moment)
  }

  /// The same plan with all rates multiplied.
  public func scaled(by factor: Double) -> RatePlan {
    RatePlan(
      points: points.map {
        Point(at: $0.at, transactionsPerSecond: $0.transactionsPerSecond * factor)
      })
  }
}
