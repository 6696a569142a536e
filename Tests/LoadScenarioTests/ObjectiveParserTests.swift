import LoadScenario
import Testing

@Suite struct `Objectives` {
  struct Case: CustomTestStringConvertible {
    let text: String
    let figure: Objective.Figure
    let comparison: Objective.Comparison
    let bound: Objective.Bound
    var load: String?
    var testDescription: String { text }
  }

  static let cases = [
    Case(
      text: "p99 < 5 ms for premium", figure: .latency(percentile: 99), comparison: .less,
      bound: .time(.milliseconds(5)), load: "premium"),
    Case(
      text: "premium p99<5ms", figure: .latency(percentile: 99), comparison: .less,
      bound: .time(.milliseconds(5)), load: "premium"),
    Case(
      text: "  p99.99   <=  0.25 s  ", figure: .latency(percentile: 99.99), comparison: .atMost,
      bound: .time(.milliseconds(250))),
    Case(
      text: "max < 1s for a-b.c_d", figure: .latency(percentile: 100), comparison: .less,
      bound: .time(.seconds(1)), load: "a-b.c_d"),
    Case(
      text: "p100 < 1 m", figure: .latency(percentile: 100), comparison: .less,
      bound: .time(.seconds(60))),
    Case(
      text: "mean ≤ 750 us", figure: .meanLatency, comparison: .atMost,
      bound: .time(.microseconds(750))),
    Case(
      text: "p50 > 1 ms", figure: .latency(percentile: 50), comparison: .greater,
      bound: .time(.milliseconds(1))),
    Case(
      text: "error rate < 0.01 %", figure: .errorRate, comparison: .less, bound: .number(0.0001)),
    Case(text: "error rate = 0", figure: .errorRate, comparison: .equal, bound: .number(0)),
    Case(
      text: "shared error rate <= 100%", figure: .errorRate, comparison: .atMost,
      bound: .number(1), load: "shared"),
    Case(
      text: "staleness violations = 0", figure: .stalenessViolations, comparison: .equal,
      bound: .number(0)),
    Case(
      text: "read-your-write violations <= 3 for app", figure: .readYourWriteViolations,
      comparison: .atMost, bound: .number(3), load: "app"),
    Case(
      text: "premium p99 <= 1.2 x alone", figure: .latency(percentile: 99), comparison: .atMost,
      bound: .timesAlone(1.2), load: "premium"),
    Case(
      text: "p99 ≤ 1.2×alone for premium", figure: .latency(percentile: 99), comparison: .atMost,
      bound: .timesAlone(1.2), load: "premium"),
    Case(
      text: "premium mean < 2 × alone", figure: .meanLatency, comparison: .less,
      bound: .timesAlone(2), load: "premium"),
    Case(
      text: "throughput >= 1000/s for shared", figure: .throughput, comparison: .atLeast,
      bound: .number(1000), load: "shared"),
    Case(
      text: "throughput ≥ 999.5 /s", figure: .throughput, comparison: .atLeast,
      bound: .number(999.5)),
    Case(
      text: "schedule error p99 < 1 ms", figure: .scheduleError(percentile: 99),
      comparison: .less, bound: .time(.milliseconds(1))),
    Case(
      text: "schedule error max < 20 ms", figure: .scheduleError(percentile: 100),
      comparison: .less, bound: .time(.milliseconds(20))),
  ]

  @Test(arguments: cases)
  func `are read`(_ given: Case) throws {
    let objective = try ObjectiveParser.parse(given.text)
    #expect(
      objective
        == Objective(
          text: given.text, figure: given.figure, load: given.load, comparison: given.comparison,
          bound: given.bound))
  }

  /// What can't be understood or fulfilled, and a part of the reason.
  static let faults: [(text: String, reason: String)] = [
    ("", "comparison"), ("p99", "comparison"), ("p99 5 ms", "comparison"),
    ("p99 => 5 ms", "=>"), ("p99 <> 5 ms", "<>"), ("p99 == 5 ms", "=="),
    ("1 ms < p99 < 5 ms", "twice"),
    ("< 5 ms", "write p99"), ("p < 5 ms", "write p99"), ("latency < 5 ms", "write p99"),
    ("premium latency < 5 ms", "write p99"), ("p99 of premium < 5 ms", "write p99"),
    ("premium p99 < 5 ms for shared", "another after"),
    ("p99 <", "needs a time"), ("p99 < fast", "needs a time"), ("p99 < 5", "needs a time"),
    ("p99 < 5 %", "needs a time"), ("p99 < -5 ms", "needs a time"), ("p99 < 5 d", "needs a time"),
    ("p99 < 1.5.2 ms", "needs a time"), ("p99 < .5 ms", "needs a time"),
    ("p99 < 1e3 ms", "needs a time"), ("p99 < 99999999999999999999 h", "needs a time"),
    ("p99 < 5 ms for", "needs a time"), ("p99 < 2 x", "needs a time"),
    ("p0 < 5 ms", "percentile"), ("p101 < 5 ms", "percentile"), ("p999 < 5 ms", "percentile"),
    ("p99 < 0 ms", "never"), ("p99 <= 0 ms", "never"), ("p99 = 5 ms", "never"),
    ("p99 >= 0 ms", "always"), ("premium p99 <= 0 x alone", "never"),
    ("p99 <= 1.2 x alone", "name the load"),
    ("error rate < 0.01", "needs a share"), ("error rate < 101 %", "needs a share"),
    ("error rate < 0 %", "never"), ("error rate > 100 %", "never"),
    ("error rate < 1.2 x alone", "needs a share"),
    ("staleness violations < 0", "never"), ("staleness violations = 0.5", "whole number"),
    ("staleness violations = 0 ms", "whole number"),
    ("throughput >= 1000", "needs a rate"), ("throughput >= 5 ms", "needs a rate"),
    ("throughput <= 0/s", "never"), ("throughput >= 0/s", "always"),
    ("schedule error p99 < 1 ms for premium", "generator"),
    ("schedule error p99 <= 1.2 x alone", "needs a time"), ("schedule error < 1 ms", "write p99"),
    ("schedule error p101 < 1 ms", "percentile"),
  ]

  @Test(arguments: faults)
  func `that mean nothing are quoted with the reason`(_ text: String, _ reason: String) throws {
    let error = try #require(throws: ObjectiveError.self) { try ObjectiveParser.parse(text) }
    #expect(error.reason.contains(reason), "\(error)")
    #expect("\(error)".hasPrefix("\"\(text)\" "))
  }
}
