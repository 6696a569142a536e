import Foundation
import LoadResults
import Testing

@testable import LoadReport

/// Reads pages as an XML parser does: every tag closed, every text escaped.
enum Page {
  /// Nil where the page is well formed, else what is wrong.
  static func fault(in html: String) -> String? {
    let text = html.replacing("<!DOCTYPE html>\n", with: "")
      .replacing("<meta charset=\"utf-8\">", with: "")
      .replacing(/<meta name="viewport"[^>]*>/, with: "")
    var open: [Substring] = []
    for match in text.matches(of: /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|[^">])*?)(\/?)>/) {
      let (_, closes, name, _, isSelfClosed) = match.output
      if !isSelfClosed.isEmpty { continue }
      if closes.isEmpty {
        open.append(name)
      } else if open.popLast() != name {
        return "</\(name)> closes nothing"
      }
    }
    return open.isEmpty ? nil : "never closed: \(open)"
  }

  /// The points of each line of a page.
  static func lines(in html: String) -> [Int] {
    html.matches(of: /<polyline points="([^"]*)"/).map { $0.1.split(separator: " ").count }
  }
}

@Suite struct HTMLReportTests {
  static let failover = HTMLReport.text(of: SyntheticRun.failover)
  static let capacity = HTMLReport.text(of: SyntheticRun.capacity)

  @Test func `pages are whole, and need nothing but themselves`() {
    for html in [Self.failover, Self.capacity, HTMLReport.text(of: SyntheticRun.smoke())] {
      #expect(Page.fault(in: html) == nil)
      #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("@import"))
      #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("url("))
      #expect(html.firstMatch(of: /[", ](nan|inf)[", ]/) == nil)
    }
  }

  @Test func `verdicts come first, with figures and reasons`() throws {
    let first = try #require(Self.failover.firstRange(of: "2 of 5 objectives do not hold"))
    let plot = try #require(Self.failover.firstRange(of: "<svg"))
    #expect(first.lowerBound < plot.lowerBound)
    #expect(Self.failover.contains("p99 &lt; 50 ms for premium"))
    #expect(Self.failover.contains("no figure: the load did not complete a transaction"))
    #expect(HTMLReport.text(of: SyntheticRun.smoke()).contains("✓ The objective holds"))
  }

  @Test func `every part is there`() {
    for text in [
      "Over time.", "Latency by percentile.", "Fairness among tenants.",
      "Staleness, proven against measured.", "1 control-plane-stop", "3 primary-kill s1",
      "tenant-move acme s2: could not be done", "57P01", "connect: refused", "service time",
      "premium", "bounded-reads", "prefers-color-scheme:dark", "@page{size:A4", "bound 500 ms",
    ] {
      #expect(Self.failover.contains(text), "\(text)")
    }
  }

  @Test func `a long run with many tenants stays small, and no line has too many points`() {
    #expect(Self.capacity.utf8.count < 600_000)
    #expect(Page.lines(in: Self.capacity).allSatisfy { $0 <= 1_000 })
    #expect(Self.capacity.contains("10,000 tenants") && Self.capacity.contains("Windows of 5 s"))
  }

  @Test func `every text of a result is escaped`() {
    let evil = "<script>alert(\"1\")</script>&'\u{0}"
    var result = SyntheticRun.failover
    result.scenario = evil
    result.about = evil
    result.target = evil
    result.machine = evil
    result.remarks = [evil]
    result.faults[0].title = evil
    result.faults[1].failure = evil
    result.verdicts[0] = Verdict(objective: evil, measured: evil, holds: false)
    result.verdicts[1].reason = evil
    for index in result.loads.indices {
      result.loads[index].name = evil + "\(index)"
      result.loads[index].errors[evil] = 5
      result.loads[index].windows[0].errorsByCause[evil] = 10_000
      result.loads[index].tenants[0].name = evil
    }
    let comparison = Comparison.of(result, result, resamples: 2)
    for html in [HTMLReport.text(of: result), HTMLReport.text(of: comparison)] {
      #expect(!html.contains("<script") && !html.contains("\u{0}"))
      #expect(Page.fault(in: html) == nil)
      #expect(html.contains("&lt;script&gt;alert(&quot;1&quot;)"))
    }
  }

  @Test func `a run in which nothing happened has a page`() {
    var result = SyntheticRun.smoke()
    result.ending = .interrupted
    result.seconds = 0
    result.verdicts = []
    result.scheduleError = LatencyCounts()
    result.loads = [
      LoadResult(
        name: "dead", connections: 4, due: 0, completed: 0, errors: [:], latency: LatencyCounts(),
        service: LatencyCounts(), connecting: LatencyCounts(), windows: [], tenants: [])
    ]
    let html = HTMLReport.text(of: result)
    #expect(Page.fault(in: html) == nil)
    #expect(html.contains("Nothing was measured.") && html.contains("The run was interrupted"))
    #expect(HTMLReport.text(of: Comparison.of(result, result)).contains("No figure differs"))
  }

  @Test func `windows and tenants without a completed transaction are drawn`() {
    var result = SyntheticRun.smoke()
    result.loads[0].latency = LatencyCounts()
    result.loads[0].service = LatencyCounts()
    for index in result.loads[0].windows.indices {
      result.loads[0].windows[index] = WindowResult(
        at: Double(index), due: 10, completed: 0, errors: 10, latency: LatencyCounts())
    }
    result.loads[0].tenants = [
      TenantResult(name: "a", completed: 0, errors: 300, p50Milliseconds: 0, p99Milliseconds: 0)
    ]
    let html = HTMLReport.text(of: result)
    #expect(Page.fault(in: html) == nil)
    #expect(html.contains("No tenant completed a transaction.") && html.contains("errors/s"))
  }

  @Test func `a comparison says what is real, and what is noise`() {
    let comparison = Comparison.of(
      SyntheticRun.smoke(), SyntheticRun.smoke(slowness: 1.12, seed: 9), resamples: 200)
    let html = HTMLReport.text(of: comparison)
    #expect(Page.fault(in: html) == nil)
    #expect(html.contains("main: p50 is worse: 1.4"))
    #expect(html.contains("<td class=\"n bad\">worse</td>"))
    #expect(html.contains("<td class=\"n faint\">noise</td>"))
  }

  @Test func `ratios are drawn with their quartiles`() {
    let rows = [
      RatioReport.Row(
        contender: "PgBouncer", median: 1.3, lowerQuartile: 1.2, upperQuartile: 1.4,
        figure: "41,000/s"),
      RatioReport.Row(
        contender: "HAProxy", median: 0.8, lowerQuartile: 0.7, upperQuartile: 0.9,
        figure: "61,000/s"),
    ]
    let report = RatioReport(
      title: "Peers", about: "All of them.", conditions: [("rounds", "8")],
      remarks: ["HAProxy <2>"],
      tables: [
        RatioReport.Table(
          title: "Throughput", about: "Router ÷ contender.", moreIsBetter: true,
          workloads: [RatioReport.Workload(name: "select", rows: rows)])
      ])
    let html = HTMLReport.text(of: report)
    #expect(Page.fault(in: html) == nil)
    #expect(html.contains("1.30 (1.20–1.40)") && html.contains("HAProxy &lt;2&gt;"))
    #expect(html.contains("class=\"fill s3\"") && html.contains("class=\"fill bad\""))
  }
}
