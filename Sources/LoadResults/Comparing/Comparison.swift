internal import Glibc
internal import LoadModel

/// Tells real differences between two runs from noise.
///
/// Each window of a run is a small measurement of its own. The bootstrap draws as many windows as
/// there are, with repetition, computes the figures of both runs from what it drew, and does so
/// ``ComparisonLimits/resamples`` times: the differences that come out show by how much two runs
/// differ by chance. Windows are drawn in blocks of neighbours, which are not independent of each
/// other (moving blocks, joined at the ends). Two runs of one scenario with equally many windows
/// are drawn at the same times, so that what the scenario does to both, as a ramp or a fault, is
/// no difference.
///
/// Source: Künsch, "The jackknife and the bootstrap for general stationary observations" (1989).
public enum Comparison {
  /// Compares the loads that two runs have in common.
  ///
  /// - Parameters:
  ///   - a: the run that is compared with.
  ///   - b: the run that is compared.
  ///   - seed: where the draws come from.
  ///   - resamples: how often windows are drawn; at least 1.
  /// - Returns: the figures of both with intervals of their differences, and remarks.
  /// - Complexity: O(resamples × buckets of all windows); about a second for a run of a minute.
  public static func of(
    _ a: RunResult, _ b: RunResult, seed: UInt64 = 1, resamples: Int = ComparisonLimits.resamples
  ) -> RunComparison {
    let loads = a.loads.compactMap { load -> LoadComparison? in
      guard let other = b.loads.first(where: { $0.name == load.name }) else { return nil }
      var pair = LoadPair(
        load, of: a, other, of: b, seed: seed, resamples: max(1, resamples))
      return LoadComparison(name: load.name, figures: pair.figures())
    }
    return RunComparison(
      a: .init(a), b: .init(b), loads: loads, remarks: ComparisonRemarks.of(a, b))
  }
}

/// One load of two runs, while it is compared.
private struct LoadPair {
  private let loads: (a: LoadResult, b: LoadResult)
  private let seconds: (a: Double, b: Double)
  private let resamples: Int
  private let areDrawnTogether: Bool
  private var samples: (a: WindowSample, b: WindowSample)
  private var random: RandomSource

  init(
    _ a: LoadResult, of resultA: RunResult, _ b: LoadResult, of resultB: RunResult, seed: UInt64,
    resamples: Int
  ) {
    loads = (a, b)
    seconds = (resultA.seconds, resultB.seconds)
    self.resamples = resamples
    let most = max(a.windows.count, b.windows.count)
    let group = max(1, (most + ComparisonLimits.mostWindows - 1) / ComparisonLimits.mostWindows)
    samples = (
      WindowSample(a, of: resultA, group: group), WindowSample(b, of: resultB, group: group)
    )
    areDrawnTogether =
      resultA.scenario == resultB.scenario && resultA.windowSeconds == resultB.windowSeconds
      && samples.a.count == samples.b.count
    random = RandomSource(seed: seed)
  }

  mutating func figures() -> [FigureComparison] {
    let hasWindows = min(samples.a.count, samples.b.count) >= ComparisonLimits.leastWindows
    let draws = hasWindows ? draws() : []
    return ComparedFigure.allCases.enumerated().map { index, figure in
      let pairs = draws.compactMap { draw in
        draw.a[index].flatMap { a in draw.b[index].map { b in (a, b) } }
      }
      var comparison = FigureComparison(
        figure: figure, a: figure.value(of: loads.a, seconds: seconds.a),
        b: figure.value(of: loads.b, seconds: seconds.b), finding: .tooFewWindows)
      comparison.judge(
        pairs, of: resamples, degreesOfFreedom: degreesOfFreedom,
        hasEnoughTransactions: hasEnoughTransactions(for: figure))
      return comparison
    }
  }

  private func hasEnoughTransactions(for figure: ComparedFigure) -> Bool {
    guard let percentile = figure.percentile else { return true }
    let least = Double(min(loads.a.completed, loads.b.completed))
    return least * (100 - percentile) / 100 >= ComparisonLimits.leastBeyond
  }

  /// How many independent measurements the blocks are worth.
  ///
  /// Source: Meketon and Schmeiser, "Overlapping batch means" (1984).
  private var degreesOfFreedom: Double {
    let least = min(samples.a.count, samples.b.count)
    return max(1, 1.5 * (Double(least) / Double(Self.blockLength(least)) - 1))
  }

  private mutating func draws() -> [(a: [Double?], b: [Double?])] {
    (0..<resamples).map { _ in
      let weightsA = weights(samples.a.count)
      let weightsB = areDrawnTogether ? weightsA : weights(samples.b.count)
      return (samples.a.figures(weightsA), samples.b.figures(weightsB))
    }
  }

  /// How often each of so many windows is drawn: blocks of neighbours, as many windows in all.
  private mutating func weights(_ count: Int) -> [Int] {
    var weights = [Int](repeating: 0, count: count)
    let length = Self.blockLength(count)
    var left = count
    while left > 0 {
      let start = Int(random.number(in: 0...Int64(count - 1)))
      for offset in 0..<min(length, left) { weights[(start + offset) % count] += 1 }
      left -= length
    }
    return weights
  }

  /// Grows with the cube root of the number of windows, as the theory asks; 4 of 24, 6 of 60.
  private static func blockLength(_ count: Int) -> Int {
    max(1, Int((1.5 * cbrt(Double(count))).rounded()))
  }
}

extension FigureComparison {
  /// Finds the intervals of pairs (A, B) that were drawn, and what they say.
  fileprivate mutating func judge(
    _ pairs: [(Double, Double)], of resamples: Int, degreesOfFreedom: Double,
    hasEnoughTransactions: Bool
  ) {
    guard let a, b != nil else {
      finding = .noFigure
      return
    }
    guard Double(pairs.count) >= ComparisonLimits.usable * Double(resamples) else { return }
    guard hasEnoughTransactions else {
      finding = .tooFewTransactions
      return
    }
    let differences = Interval(of: pairs.map { $1 - $0 }, degreesOfFreedom: degreesOfFreedom)
    differenceInterval = differences
    if pairs.allSatisfy({ $0.0 > 0 }) {
      ratioInterval = Interval(of: pairs.map { $1 / $0 }, degreesOfFreedom: degreesOfFreedom)
    }
    let resolution = figure.resolution(of: a)
    finding = differences.low > resolution || differences.high < -resolution ? .real : .noise
  }
}
