import Testing

@testable import ControlClient

@Suite struct RetryRuleTests {
  private static let cases: [(RetryRule.Outcome, Int, Duration?)] = [
    (.failure, 1, .milliseconds(50)),
    (.failure, 2, .milliseconds(100)), (.failure, 3, .milliseconds(200)), (.failure, 4, nil),
    (.answer(status: 200, retryAfter: nil), 1, nil),
    (.answer(status: 412, retryAfter: nil), 1, nil),
    (.answer(status: 500, retryAfter: nil), 1, nil),
    (.answer(status: 502, retryAfter: .seconds(9)), 1, .milliseconds(50)),
    (.answer(status: 503, retryAfter: nil), 2, .milliseconds(100)),
    (.answer(status: 503, retryAfter: .seconds(2)), 1, .seconds(2)),
    (.answer(status: 429, retryAfter: .seconds(3600)), 1, .seconds(5)),
    (.answer(status: 503, retryAfter: .seconds(2)), 4, nil),
  ]

  @Test(arguments: cases) func `pauses grow, are drawn, and end`(
    outcome: RetryRule.Outcome, attempt: Int, pause: Duration?
  ) {
    #expect(RetryRule().pause(after: outcome, attempt: attempt, draw: 0.5) == pause)
  }

  @Test func `no pause is longer than the longest`() {
    let rule = RetryRule(attempts: .max)
    for attempt in [8, 20, 1000, 1_000_000] {
      #expect(
        rule.pause(after: .failure, attempt: attempt, draw: 1) == ControlLimits.longestPause)
    }
  }
}
