import LoadReport
import LoadResults
import Testing

/// A search for the highest rate, as text and as a page.
@Suite struct LimitReportTests {
  @Test func `the limit is told with what broke first behind it`() {
    let result = Self.search([(100, true), (150, true), (225, false), (225, false)], 150, 225)
    let text = LimitText.conclusion(of: result)
    #expect(text.contains("150/s") && text.contains("225/s"))
    #expect(text.contains("p99 < 5 ms (7 ms)") && !text.contains("error rate"))
    #expect(result.brokeFirst.map(\.objective) == ["p99 < 5 ms"])
    #expect(LimitText.remarks(on: result).isEmpty)
  }

  @Test func `what has no limit is told, too`() {
    #expect(
      LimitText.conclusion(of: Self.search([(100, true)], 100, nil)).contains("Nothing broke"))
    #expect(
      LimitText.conclusion(of: Self.search([(100, false), (100, false)], nil, 100))
        .contains("lowest rate"))
    var interrupted = Self.search([], nil, nil)
    interrupted.ending = .interrupted
    #expect(LimitText.conclusion(of: interrupted).contains("No rate"))
    #expect(LimitText.remarks(on: interrupted).count == 1)
  }

  @Test func `a generator that is late itself is told`() {
    var result = Self.search([(100, true), (200, true)], 200, nil)
    result.steps[1].scheduleErrorP99Milliseconds = 3
    #expect(LimitText.remarks(on: result).first?.contains("200/s") == true)
  }

  @Test func `a page has the picture and each try, and is escaped`() {
    var result = Self.search([(100, true), (150, false), (150, false)], 100, 150)
    result.scenario = "<b>"
    let page = HTMLReport.text(of: result)
    #expect(page.contains("&lt;b&gt;") && !page.contains("<b>&"))
    #expect(page.contains("<svg"))
    #expect(page.matches(of: #/<tr>/#).count == 4)
    // One rate makes no line.
    #expect(!HTMLReport.text(of: Self.search([(100, true)], 100, nil)).contains("<svg"))
  }

  /// A search with these tries.
  private static func search(
    _ tries: [(rate: Double, holds: Bool)], _ limit: Double?, _ broke: Double?
  ) -> LimitResult {
    var result = LimitResult(
      scenario: "test", about: "", target: "127.0.0.1:1", machine: "one", startedAtMilliseconds: 0,
      stepSeconds: 1)
    result.steps = tries.map { rate, holds in
      var run = RunResult(
        scenario: "test", about: "", target: "", startedAtMilliseconds: 0, seconds: 1, seed: 1,
        workers: 1, machine: "", ending: .complete, windowSeconds: 1, loads: [],
        scheduleError: LatencyCounts())
      run.verdicts = [
        Verdict(objective: "p99 < 5 ms", measured: holds ? "3 ms" : "7 ms", holds: holds),
        Verdict(objective: "error rate < 1 %", measured: "0 %", holds: true),
      ]
      return LimitResult.Step(offered: rate, run)
    }
    (result.limit, result.broke) = (limit, broke)
    return result
  }
}
