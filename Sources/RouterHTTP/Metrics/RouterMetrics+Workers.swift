internal import Admission
internal import DataPlane

/// The workers, and what they are short of.
extension RouterMetrics {
  func writeWorkers(to text: inout MetricsText) {
    text.family("shardway_worker_sessions", .gauge, "Client connections of a worker.")
    for (worker, count) in view.router.sessionCounts.enumerated() {
      text.sample(.count(count), "worker", "\(worker)")
    }
    let readings = reports.map(\.overload.last)
    text.family(
      "shardway_overload_level", .gauge,
      "What a worker gives up: \(Self.levels). See SHOW OVERLOAD for why.")
    for (worker, reading) in readings.enumerated() {
      text.sample(.count(UInt64(reading.level.rawValue)), "worker", "\(worker)")
    }
    text.family("shardway_overload_use_ratio", .gauge, "How much of a limit a worker uses.")
    for (worker, reading) in readings.enumerated() {
      for cause in OverloadCause.allCases {
        text.sample(
          .number(Double(reading.use[cause]) / 1000),
          MetricLabels(("worker", "\(worker)"), ("resource", cause.name)))
      }
    }
    text.family("shardway_session_memory_bytes", .gauge, "What a worker's sessions take.")
    for (worker, reading) in readings.enumerated() {
      text.sample(.count(reading.memoryBytes), "worker", "\(worker)")
    }
    text.family(
      "shardway_waiting_logins", .gauge, "Clients that have not said yet who they are.")
    for (worker, reading) in readings.enumerated() {
      text.sample(.count(reading.waitingLogins), "worker", "\(worker)")
    }
  }

  private static let levels = OverloadLevel.allCases.map { "\($0.rawValue) \($0.name)" }
    .joined(separator: ", ")
}
