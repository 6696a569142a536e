internal import Foundation
internal import LoadReport
internal import LoadResults
internal import LocalFleet

extension JSONReport {
  /// Writes the page with the plots.
  ///
  /// - Throws: `FleetError.folder` when it can't be written.
  func writeHTML(to path: String, _ results: [WorkloadResult]) throws(FleetError) {
    do {
      try HTMLReport.text(of: ratios(results)).write(
        toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
  }

  private func ratios(_ results: [WorkloadResult]) -> RatioReport {
    RatioReport(
      title: "The router beside its peers",
      about:
        "Closed loops of clients, in short interleaved blocks; ratios are taken round by round.",
      conditions: [
        ("machine", "\(machine.processor), \(machine.cores) cores, Linux \(machine.kernel)"),
        ("programs", machine.programs),
        ("rounds", "\(settings.rounds) of \(settings.blockSeconds) s blocks"),
        ("threads of a proxy", "\(settings.workers)"), ("cores", settings.pinning.summary),
      ],
      verdicts: targets.map { target in
        Verdict(
          objective: "\(target.target), against \(target.against)",
          measured: Self.number(target.measured.median), holds: target.isMet, reason: nil)
      },
      tables: [
        table(
          "Throughput: router ÷ peer", moreIsBetter: true, results,
          ratio: { $0.rateRatio(to: $1) }, figure: { "\(Self.number($0.rate.median)) tx/s" }),
        table(
          "Processor time a transaction: router ÷ peer", moreIsBetter: false, results,
          ratio: { $0.cpuRatio(to: $1) },
          figure: { $0.cpu.map { "\(Self.number($0.median)) µs" } ?? "–" }),
        table(
          "p99 of latency: router ÷ peer", moreIsBetter: false, results,
          ratio: { $0.p99Ratio(to: $1) }, figure: { "\(Self.number($0.p99.median)) µs" }),
      ])
  }

  private func table(
    _ title: String, moreIsBetter: Bool, _ results: [WorkloadResult],
    ratio: (ContenderResult, ContenderResult) -> Spread?, figure: (ContenderResult) -> String
  ) -> RatioReport.Table {
    RatioReport.Table(
      title: title, about: "Each peer's own figure is beside its ratio.",
      moreIsBetter: moreIsBetter,
      workloads: results.map { result in
        RatioReport.Workload(
          name: result.workload.title,
          rows: result.contenders.dropFirst().compactMap { peer in
            ratio(result.router, peer).map { spread in
              RatioReport.Row(
                contender: peer.name, median: spread.median, lowerQuartile: spread.lowerQuartile,
                upperQuartile: spread.upperQuartile, figure: figure(peer))
            }
          })
      }.filter { !$0.rows.isEmpty })
  }

  private static func number(_ value: Double) -> String {
    String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
  }
}
