import LoadResults
import LoadScenario
import Testing

@Suite struct JudgeTests {
  /// Two loads: `fast` of 1 to 100 ms, one each; `slow` ten times as long, with ten errors.
  static let result = RunResult.sample(
    seconds: 10,
    loads: [
      .sample("fast", milliseconds: Array(1...100), alone: Array(1...50)),
      .sample(
        "slow", milliseconds: (1...100).map { $0 * 10 }, errors: ["57P01": 7, "timeout": 3],
        consistency: ConsistencyResult(
          staleness: .init(
            boundMilliseconds: 500, measuredMilliseconds: [600], provenMilliseconds: [400],
            reads: 1_000, readsOnReplica: 900, violations: 1, oldestMilliseconds: 600),
          ownWriteReads: 40)),
    ], scheduleError: [1])

  static let cases:
    [(Objective.Figure, String?, Objective.Comparison, Objective.Bound, Bool, String)] = [
      (.latency(percentile: 50), "fast", .less, .time(.milliseconds(51)), true, "50.0 ms"),
      (.latency(percentile: 99), "fast", .less, .time(.milliseconds(99)), false, "99.0 ms"),
      (.latency(percentile: 100), "fast", .equal, .time(.milliseconds(100)), true, "100 ms"),
      (.meanLatency, "fast", .less, .time(.milliseconds(51)), true, "50.5 ms"),
      (
        .latency(percentile: 99), "slow", .greater, .time(.milliseconds(900)), true,
        "990 ms of those completed; 9.09 % failed"
      ),
      (
        .latency(percentile: 50), nil, .atMost, .time(.milliseconds(95)), true, "91.0 ms"
      ),
      (.errorRate, "fast", .equal, .number(0), true, "0 %"),
      (.errorRate, "slow", .less, .number(0.01), false, "9.09 %"),
      (.errorRate, nil, .atMost, .number(10.0 / 210), true, "4.76 %"),
      (.throughput, nil, .atLeast, .number(20), true, "20.0/s"),
      (.throughput, "slow", .greater, .number(10), false, "10.0/s"),
      (.stalenessViolations, nil, .equal, .number(0), false, "1 of 1,000 reads"),
      (.readYourWriteViolations, "slow", .equal, .number(0), true, "0 of 40 reads"),
      (.scheduleError(percentile: 99), nil, .less, .time(.milliseconds(2)), true, "1.00 ms"),
      (
        .latency(percentile: 50), "fast", .atMost, .timesAlone(2.01), true,
        "2.00 × alone (50.0 ms against 25.0 ms)"
      ),
      (
        .latency(percentile: 50), "fast", .atMost, .timesAlone(1.9), false,
        "2.00 × alone (50.0 ms against 25.0 ms)"
      ),
    ]

  @Test(arguments: cases)
  func `a figure is compared, and told with its unit`(
    figure: Objective.Figure, load: String?, comparison: Objective.Comparison,
    bound: Objective.Bound, holds: Bool, measured: String
  ) throws {
    let objective = Objective(
      text: "as written", figure: figure, load: load, comparison: comparison, bound: bound)
    let verdict = try #require(Judge.verdicts(on: Self.result, objectives: [objective]).first)
    #expect(verdict.objective == "as written" && verdict.reason == nil)
    #expect(verdict.measured == measured)
    #expect(verdict.holds == holds)
  }

  static let missing: [(Objective.Figure, String?, Objective.Bound, String)] = [
    (.latency(percentile: 50), "gone", .time(.seconds(1)), "the run has no load \"gone\""),
    (.latency(percentile: 50), "idle", .time(.seconds(1)), "no transaction was completed"),
    (.meanLatency, "idle", .time(.seconds(1)), "no transaction was completed"),
    (.errorRate, "idle", .number(1), "no transaction was due"),
    (.throughput, "idle", .number(0), "the measurement had not begun"),
    (.stalenessViolations, "idle", .number(0), "no read was checked"),
    (.readYourWriteViolations, "idle", .number(0), "no read was checked"),
    (.scheduleError(percentile: 99), nil, .time(.seconds(1)), "no transaction was begun"),
    (.latency(percentile: 50), "busy", .timesAlone(3), "the load did not complete a transaction"),
    (.latency(percentile: 50), "busy", .number(3), "the figure can't be compared"),
  ]

  @Test(arguments: missing)
  func `what can't be had does not hold, and says why`(
    figure: Objective.Figure, load: String?, bound: Objective.Bound, reason: String
  ) throws {
    let result = RunResult.sample(
      seconds: 0, loads: [.sample("idle", milliseconds: []), .sample("busy", milliseconds: [1])],
      scheduleError: [])
    for comparison in Objective.Comparison.allCases {
      let objective = Objective(
        text: "x", figure: figure, load: load, comparison: comparison, bound: bound)
      let verdict = try #require(Judge.verdicts(on: result, objectives: [objective]).first)
      #expect(!verdict.holds && verdict.measured == "–")
      #expect(verdict.reason?.hasPrefix(reason) == true)
    }
  }
}
