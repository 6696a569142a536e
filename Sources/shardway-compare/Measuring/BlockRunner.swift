internal import Foundation
internal import LocalFleet

/// Runs pgbench through a contender and measures both.
struct BlockRunner: Sendable {
  let fleet: Fleet
  let scripts: Workload.Scripts
  let seconds: Int

  /// Makes pgbench's tables; in the smallest size, so that the server is fast.
  func prepare(_ contender: Contender) async throws(FleetError) {
    try await Command.run(
      fleet.launch("pgbench", ["-i", "-q", "-s", "1", contender.conninfo.text]))
  }

  /// One block.
  func run(_ workload: Workload, _ contender: Contender) async throws(FleetError) -> Block {
    let logFolder = try freshLogFolder()
    let launch = fleet.launch(
      "pgbench",
      [
        "-n", "-M", workload.protocolMode.rawValue, "-c", "\(workload.clients)", "-T", "\(seconds)",
        "-l", "--log-prefix", "\(logFolder)/pgbench",
      ] + workload.arguments(scripts: scripts) + [contender.conninfo.text],
      environment: Workload.keepsMemory)
    let clocks = contender.processes.map { ProcessClock(of: $0.pid) }
    let before = clocks.map(\.nanoseconds).reduce(0, +)
    let report = try PgbenchReport(try await Command.run(launch))
    let spent = clocks.map(\.nanoseconds).reduce(0, +) - before
    let latencies = LatencyLog.read(folder: logFolder)
    return Block(
      transactionsPerSecond: report.transactionsPerSecond,
      p50Microseconds: latencies.percentile(50), p99Microseconds: latencies.percentile(99),
      cpuMicrosecondsPerTransaction: clocks.isEmpty
        ? nil : Double(spent) / 1000 / Double(report.transactions))
  }

  /// pgbench puts its process id into the name of its log: the folder is how it is found again.
  private func freshLogFolder() throws(FleetError) -> String {
    let path = "\(fleet.path)/latency"
    do {
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    } catch {
      throw .folder(path: path, reason: "\(error)")
    }
    return path
  }
}
