import Console
import LoadResults
import Testing

@testable import LoadReport

@Suite struct SparklineTests {
  @Test func `equal factors are equal steps, and gaps are spaces`() {
    #expect(Sparkline.text([1, 10, nil, 100, 1_000], width: 9) == "▁▃ ▆█")
    #expect(Sparkline.text([5, 5], width: 9) == "▁▁")
    #expect(Sparkline.text([nil, nil], width: 9) == "  ")
    #expect(Sparkline.text([], width: 9) == "")
    #expect(Sparkline.text([1, 2, 4, 2], width: 2) == "█▁")
    #expect(Sparkline.text([0, -1, .nan], width: 3) == "   ")
  }
}

@Suite struct LiveViewTests {
  static let view = LiveView(
    phase: "measuring", elapsedSeconds: 15, totalSeconds: 60,
    loads: [
      .init(
        name: "premium", duePerSecond: 200, completedPerSecond: 199.5, errors: 0,
        p50Nanoseconds: 1_400_000, p99Nanoseconds: 5_200_000, p99History: [1, 10, 100]),
      .init(
        name: "x", duePerSecond: 1_800, completedPerSecond: 0, errors: 12_345,
        p50Nanoseconds: nil, p99Nanoseconds: nil),
    ], activeFaults: ["primary-kill s1"])

  @Test func `the view has a bar, a row for each load, and what is broken`() {
    #expect(
      Self.view.lines() == [
        "██████░░░░░░░░░░░░░░░░░░ measuring 15 s of 60 s",
        "  load     due/s  done/s  errors      p50      p99  p99 so far",
        "  premium    200     200       0  1.40 ms  5.20 ms         ▁▅█",
        "  x        1,800       0  12,345        –        –",
        "  broken: primary-kill s1",
      ])
  }

  @Test(arguments: [0, 20, 40, 79, 80])
  func `no line is wider than the terminal`(columns: Int) {
    #expect(Self.view.lines(columns: columns).allSatisfy { $0.count <= max(20, columns) })
  }

  @Test func `one line says it all where there is no terminal`() {
    #expect(
      Self.view.line
        == "measuring 15 s of 60 s; premium 200/s of 200/s, p99 5.20 ms, 0 errors;"
        + " x 0/s of 1,800/s, p99 –, 12,345 errors; broken: primary-kill s1")
  }

  @Test(arguments: [(0.0, 60.0, 0), (60, 60, 24), (90, 60, 24), (-1, 60, 0), (30, 60, 12)])
  func `the bar is never longer than it may be`(elapsed: Double, total: Double, full: Int) {
    let view = LiveView(phase: "p", elapsedSeconds: elapsed, totalSeconds: total, loads: [])
    let bar = view.lines()[0]
    #expect(bar.count { $0 == "█" } == full && bar.count { $0 == "░" } == 24 - full)
    let endless = LiveView(phase: "connecting", elapsedSeconds: 3, totalSeconds: nil, loads: [])
    #expect(endless.lines() == ["connecting 3 s"])
  }
}

@Suite struct TextReportTests {
  @Test func `verdicts end the report, after loads and errors`() throws {
    let lines = TextReport(SyntheticRun.failover).lines
    #expect(lines[0].style == .heading && lines[0].text.hasPrefix("load "))
    #expect(lines.last == .init(text: "2 of 5 objectives do not hold", style: .bad))
    let fails = lines.filter { $0.text.hasPrefix("FAILS") }
    #expect(fails.count == 2 && fails.allSatisfy { $0.style == .bad })
    #expect(lines.contains { $0.text.hasPrefix("premium        57P01") })
    #expect(lines.contains { $0.text.hasPrefix("fault tenant-move acme s2 could not be done") })
    #expect(lines.contains { $0.text.contains("no older than 500 ms") })
  }

  @Test func `TLS handshakes are told of loads that encrypt`() {
    var result = SyntheticRun.failover
    let shown = { (result: RunResult) in
      TextReport(result).lines.map { $0.text.split(separator: " ") }
        .contains { $0 == [Substring(result.loads[0].name), "500", "12", "488"] }
    }
    #expect(!shown(result) && !HTMLReport.text(of: result).contains("TLS handshakes"))
    result.loads[0].handshakes = HandshakeCounts(full: 12, resumed: 488)
    #expect(shown(result) && HTMLReport.text(of: result).contains("TLS handshakes"))
  }

  @Test func `a comparison has a row for each figure`() {
    let comparison = Comparison.of(
      SyntheticRun.smoke(), SyntheticRun.smoke(slowness: 1.12, seed: 9), resamples: 200)
    let lines = TextReport(comparison).lines
    #expect(lines.contains { $0.text.hasPrefix("p50         worse") && $0.style == .bad })
    #expect(lines.contains { $0.text.hasPrefix("p99.9       noise") && $0.style == nil })
    #expect(lines.last?.text.hasPrefix("main: ") == true)
  }
}
