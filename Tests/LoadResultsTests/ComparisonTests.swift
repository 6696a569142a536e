import Foundation
import LoadModel
import Testing

@testable import LoadResults

/// A run of one load with made-up windows.
struct MadeUpRun {
  var windows = 24
  var perWindow = 40
  /// The median; short times need few buckets, which makes the tests fast.
  var nanoseconds = 200.0
  var errorShare = 0.02
  /// How much of a window's own slowness the next one has; neighbours are not independent.
  var memory = 0.4
  /// What each window is slower by, a factor.
  var trend: (Int) -> Double = { _ in 1 }
  var scenario = "made-up"

  func result(seed: UInt64) -> RunResult {
    var random = RandomSource(seed: seed)
    var mood = 0.0
    var all = LatencyHistogram()
    var failed = 0
    let windows = (0..<windows).map { index -> WindowResult in
      mood = memory * mood + 0.05 * normal(&random)
      var histogram = LatencyHistogram()
      var errors = 0
      for _ in 0..<perWindow {
        if random.unit() < errorShare {
          errors += 1
          continue
        }
        let time = UInt64(nanoseconds * trend(index) * exp(mood + 0.5 * normal(&random)))
        histogram.record(nanoseconds: time)
        all.record(nanoseconds: time)
      }
      failed += errors
      return WindowResult(
        at: Double(index), due: perWindow, completed: perWindow - errors, errors: errors,
        latency: histogram.counts)
    }
    let load = LoadResult(
      name: "load", connections: 4, due: all.count + failed, completed: all.count,
      errors: ["timeout": failed], latency: all.counts, service: all.counts,
      connecting: LatencyCounts(), windows: windows, tenants: [])
    var result = RunResult.sample(seconds: Double(self.windows), loads: [load])
    result.scenario = scenario
    return result
  }

  private func normal(_ random: inout RandomSource) -> Double {
    (-2 * log(random.unit())).squareRoot() * cos(2 * .pi * random.unit())
  }
}

@Suite struct ComparisonTests {
  /// How often each figure's difference was found real.
  static func found(_ a: MadeUpRun, _ b: MadeUpRun, seeds: Int) -> [ComparedFigure: Int] {
    (1...seeds).reduce(into: [:]) { found, seed in
      let comparison = Comparison.of(
        a.result(seed: UInt64(seed)), b.result(seed: UInt64(seed + 10_000)),
        seed: UInt64(seed), resamples: 100)
      for figure in comparison.loads[0].figures where figure.finding == .real {
        found[figure.figure, default: 0] += 1
      }
    }
  }

  @Test(arguments: [("made-up", 200), ("another", 50)])
  func `two runs of the same are noise in nine of ten seeds`(scenario: String, seeds: Int) {
    var other = MadeUpRun()
    other.scenario = scenario
    let found = Self.found(MadeUpRun(), other, seeds: seeds)
    for figure in ComparedFigure.allCases {
      #expect(found[figure, default: 0] <= seeds / 10, "\(figure): \(found)")
    }
  }

  @Test func `a tenth slower is found`() {
    var usual = MadeUpRun()
    usual.windows = 60
    var slower = usual
    slower.nanoseconds *= 1.1
    let found = Self.found(usual, slower, seeds: 20)
    #expect(found[.p50, default: 0] >= 18, "\(found)")
    #expect(found[.mean, default: 0] >= 18, "\(found)")
    #expect(found[.errorRate, default: 0] <= 4)
  }

  @Test func `what the scenario does to both runs hides no difference`() {
    var (a, b) = (MadeUpRun(), MadeUpRun())
    a.trend = { $0 < 12 ? 1 : 5 }
    b.trend = a.trend
    b.nanoseconds *= 1.1
    #expect(Self.found(a, b, seeds: 20)[.mean, default: 0] >= 12)
    b.scenario = "another"
    #expect(Self.found(a, b, seeds: 20)[.mean, default: 0] <= 8)
  }

  @Test func `more errors and less throughput are found, and which side is better`() throws {
    var worse = MadeUpRun()
    worse.errorShare = 0.2
    let (a, b) = (MadeUpRun().result(seed: 1), worse.result(seed: 2))
    let figures = try #require(Comparison.of(a, b, resamples: 300).loads.first).figures
    let errors = try #require(figures.first { $0.figure == .errorRate })
    let rate = try #require(figures.first { $0.figure == .throughput })
    #expect(errors.finding == .real && errors.isBetter == false)
    #expect(rate.finding == .real && rate.isBetter == false)
    let back = try #require(Comparison.of(b, a, resamples: 300).loads.first).figures
    #expect(back.first { $0.figure == .errorRate }?.isBetter == true)
  }

  @Test func `the interval holds the value, and the ratio is B over A`() throws {
    var slower = MadeUpRun()
    slower.nanoseconds = 400
    let comparison = Comparison.of(MadeUpRun().result(seed: 1), slower.result(seed: 2))
    for figure in comparison.loads[0].figures {
      guard figure.figure != .p99 && figure.figure != .p999 else { continue }
      let (difference, ratio) = (try #require(figure.difference), try #require(figure.ratio))
      let interval = try #require(figure.differenceInterval)
      #expect(interval.low <= difference && difference <= interval.high, "\(figure)")
      guard figure.figure == .p50 || figure.figure == .mean else { continue }
      #expect(abs(ratio - 2) < 0.4, "\(figure)")
      let ratios = try #require(figure.ratioInterval)
      #expect(ratios.low <= ratio && ratio <= ratios.high)
    }
  }

  @Test(arguments: [(3.0, 3.182), (5, 2.571), (10, 2.228), (60, 2.0), (1e9, 1.96)])
  func `few measurements lie further apart`(degreesOfFreedom: Double, distance: Double) {
    let found = StudentDistribution.distance(degreesOfFreedom: degreesOfFreedom)
    #expect(abs(found / distance - 1) < 0.02)
  }

  @Test func `the same seed gives the same intervals`() {
    let (a, b) = (MadeUpRun().result(seed: 1), MadeUpRun().result(seed: 2))
    let intervals = [1, 1, 2].map { seed in
      Comparison.of(a, b, seed: seed, resamples: 50).loads[0].figures.map(\.differenceInterval)
    }
    #expect(intervals[0] == intervals[1] && intervals[0] != intervals[2])
  }

  @Test func `few windows and missing figures say so`() {
    var few = MadeUpRun()
    few.windows = ComparisonLimits.leastWindows - 1
    let short = Comparison.of(few.result(seed: 1), few.result(seed: 2), resamples: 20)
    #expect(short.loads[0].figures.allSatisfy { $0.finding == .tooFewWindows })
    let rare = Comparison.of(
      MadeUpRun().result(seed: 1), MadeUpRun().result(seed: 2), resamples: 20)
    #expect(rare.loads[0].figures[3].finding == .tooFewTransactions)
    #expect(short.loads[0].figures.allSatisfy { $0.a != nil && $0.differenceInterval == nil })
    var broken = MadeUpRun()
    broken.errorShare = 1
    let dead = Comparison.of(MadeUpRun().result(seed: 1), broken.result(seed: 1), resamples: 20)
    let findings = Dictionary(
      uniqueKeysWithValues: dead.loads[0].figures.map { ($0.figure, $0.finding) })
    #expect(findings[.p99] == .noFigure && findings[.mean] == .noFigure)
    #expect(findings[.errorRate] == .real && findings[.throughput] == .real)
  }

  @Test func `times that differ by less than a bucket are noise`() {
    func run(_ nanoseconds: UInt64) -> RunResult {
      var histogram = LatencyHistogram()
      histogram.record(nanoseconds: nanoseconds)
      let windows = (0..<20).map {
        WindowResult(at: Double($0), due: 1, completed: 1, errors: 0, latency: histogram.counts)
      }
      return .sample(
        seconds: 20,
        loads: [.sample("load", milliseconds: Array(repeating: 1, count: 20), windows: windows)])
    }
    func finding(_ other: UInt64) -> FigureComparison.Finding {
      Comparison.of(run(1_000_000), run(other), resamples: 20).loads[0].figures[0].finding
    }
    #expect(finding(1_000_600) == .noise && finding(1_010_000) == .real)
  }

  @Test func `a long run is drawn from groups of windows`() {
    var long = MadeUpRun()
    (long.windows, long.perWindow) = (1_000, 3)
    let result = long.result(seed: 1)
    let sample = WindowSample(result.loads[0], of: result, group: 5)
    #expect(sample.count == 200)
    var whole = sample
    let figures = whole.figures(Array(repeating: 1, count: 200))
    let exact = ComparedFigure.allCases.map { $0.value(of: result.loads[0], seconds: 1_000) }
    for (figure, exact) in zip(figures, exact) {
      #expect(abs((figure ?? 0) - (exact ?? -1)) <= 0.001 * (exact ?? 0))
    }
  }

  @Test func `what makes runs unlike is remarked`() {
    let a = MadeUpRun().result(seed: 1)
    #expect(Comparison.of(a, a, resamples: 1).remarks.isEmpty)
    var b = a
    b.scenario = "other"
    b.machine = "another"
    b.workers = 2
    b.windowSeconds = 2
    b.ending = .interrupted
    b.loads[0].connections = 5_000
    b.loads[0].due *= 2
    b.loads.append(.sample("more", milliseconds: [1]))
    #expect(
      Comparison.of(a, b, resamples: 1).remarks == [
        "different scenarios: \"made-up\" and \"other\"", "different machines: none and another",
        "different workers: 1 and 2", "different windows: 1.00 s and 2.00 s",
        "run B was interrupted after 24.0 s", "load \"more\" is only in B, not in A",
        "load \"load\" has 4 connections in A, 5,000 in B",
        "load \"load\" was due 40.0/s in A, 80.0/s in B",
      ])
  }
}
