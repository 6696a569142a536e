import DataPlane
import Routing
import Telemetry

/// What probes have found, in one line.
enum ProbeText {
  static func summary(_ report: ProberReport, _ summary: ProbeSummary) -> String {
    let counts = ProbeCounter.allCases.map { "\($0.name)=\(report.counters.value($0))" }
    let lag = summary.longestLagNanoseconds.map {
      FreshnessText.duration(milliseconds: $0 / 1_000_000)
    }
    return "probes: instances=\(summary.instances) sampled=\(summary.sampled) "
      + "proven=\(summary.proven) longest-lag=\(lag ?? "none") " + counts.joined(separator: " ")
  }
}
