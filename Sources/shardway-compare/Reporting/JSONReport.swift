internal import Foundation
internal import LocalFleet

/// The whole comparison, as `--json` writes it.
struct JSONReport: Codable {
  let startedAt: Date
  let machine: Machine
  let settings: Settings
  let workloads: [Summary]
  let targets: [TargetVerdict]

  /// A table with the measurements it was made from.
  struct Summary: Codable, Sendable {
    let workload: Workload
    let contenders: [Row]

    init(_ result: WorkloadResult) {
      workload = result.workload
      contenders = result.contenders.map { Row($0, router: result.router) }
    }
  }

  /// A line of a table; ratios are the router's figure divided by this contender's.
  struct Row: Codable, Sendable {
    let measured: ContenderResult
    let transactionsPerSecond: Spread
    let p50Microseconds: Spread
    let p99Microseconds: Spread
    let cpuMicrosecondsPerTransaction: Spread?
    let resumedShare: Double?
    let routerCPURatio: Spread?
    let routerRateRatio: Spread

    init(_ contender: ContenderResult, router: ContenderResult) {
      measured = contender
      transactionsPerSecond = contender.rate
      p50Microseconds = contender.p50
      p99Microseconds = contender.p99
      cpuMicrosecondsPerTransaction = contender.cpu
      resumedShare = contender.resumedShare
      routerCPURatio = router.cpuRatio(to: contender)
      routerRateRatio = router.rateRatio(to: contender)
    }
  }

  /// How the blocks were run.
  struct Settings: Codable, Sendable {
    let rounds: Int
    let blockSeconds: Int
    let workers: Int
    let pinning: Pinning
  }

  /// Writes the file.
  ///
  /// - Throws: `FleetError.folder` when it can't be written.
  func write(to path: String) throws(FleetError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.dateEncodingStrategy = .iso8601
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
  }
}
