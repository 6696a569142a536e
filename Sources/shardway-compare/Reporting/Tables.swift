internal import Console
internal import Foundation

/// Shows results to a person.
struct Tables {
  private let terminal = Terminal.standard

  /// The table of one workload.
  func show(_ result: WorkloadResult) {
    terminal.line("\n" + terminal.styled(result.workload.title, .heading))
    terminal.table(rows(of: result)) { _, _ in nil }
  }

  /// The heading, and a line for each contender.
  func rows(of result: WorkloadResult) -> [[String]] {
    let heading =
      switch result.workload.connections {
      case .kept:
        [
          "", "tx/s", "p50 µs", "p99 µs", "CPU µs/tx", "router's CPU ÷ its", "router's tx/s ÷ its",
        ]
      case .anew, .resumed:
        [
          "", "connections/s", "connect p50 µs", "connect p99 µs", "CPU µs/connection",
          "router's CPU ÷ its", "router's connections/s ÷ its", "sessions resumed",
        ]
      }
    return [heading] + result.contenders.map { row($0, in: result) }
  }

  /// One table of all ratios: a line for each workload and peer.
  func showRatios(_ results: [WorkloadResult]) {
    terminal.line("\n" + terminal.styled("the router ÷ its peers", .heading))
    let rows = results.flatMap { result in
      result.contenders.filter { $0.name != result.router.name && $0.family != .direct }
        .map { peer in
          [
            result.workload.title, peer.name, ratio(result.router.rateRatio(to: peer)),
            ratio(result.router.p99Ratio(to: peer)),
            result.router.cpuRatio(to: peer).map(ratio) ?? "–",
          ]
        }
    }
    terminal.table([["", "peer", "tx/s", "p99", "CPU a transaction"]] + rows) { _, _ in nil }
  }

  /// Which targets were met.
  func show(_ verdicts: [TargetVerdict]) {
    terminal.line("\n" + terminal.styled("targets", .heading))
    let rows = verdicts.map { verdict in
      [
        verdict.isMet ? "met" : "MISSED", ratio(verdict.measured), "against \(verdict.against)",
        verdict.target,
      ]
    }
    terminal.table([["", "measured", "", "target"]] + rows) { row, column in
      column == 0 ? (verdicts[row].isMet ? .good : .bad) : nil
    }
  }

  private func row(_ contender: ContenderResult, in result: WorkloadResult) -> [String] {
    let isRouter = contender.name == result.router.name
    let resumed =
      result.workload.connections == .kept
      ? [] : [contender.resumedShare.map { String(format: "%.0f %%", 100 * $0) } ?? "–"]
    return [
      contender.name, number(contender.rate.median), number(contender.p50.median),
      number(contender.p99.median), contender.cpu.map { number($0.median) } ?? "–",
      isRouter ? "" : result.router.cpuRatio(to: contender).map(ratio) ?? "–",
      isRouter ? "" : ratio(result.router.rateRatio(to: contender)),
    ] + resumed
  }

  /// The median and, in brackets, the quartiles.
  private func ratio(_ spread: Spread) -> String {
    String(
      format: "%.2f (%.2f–%.2f)", spread.median, spread.lowerQuartile, spread.upperQuartile)
  }

  /// Three digits at least, none that mean nothing.
  private func number(_ value: Double) -> String {
    String(format: value < 100 ? "%.1f" : "%.0f", value)
  }
}
