import AdminConsole
import Admission
import Routing
import Telemetry

/// The table of what the workers are short of. It is made of what they have told already, so that it
/// is there even when they have no time for a question.
extension AdminView {
  func overload() -> [[String?]] {
    context.workers.map { worker in
      let reading = worker.report.overload.last
      let since = MonotonicTime(nanoseconds: reading.sinceNanoseconds)
      let state: [String?] = [
        "\(worker.index)", reading.level.name, reading.cause?.name,
        reading.sinceNanoseconds == 0 ? nil : wallTime(since), reading.accepting.rawValue,
        "\(reading.memoryBytes >> 10)", Self.percent(reading.use.memory),
        Self.percent(reading.use.connections), "\(reading.waitingSessions)",
        Self.percent(reading.use.waitingWork), "\(reading.queueWaitNanoseconds / 1000)",
        Self.percent(reading.use.queueWait), "\(reading.waitingLogins)",
      ]
      return state + Self.shed.map { "\(worker.report.counters.value($0))" } + [Self.thresholds]
    }
  }

  /// What was given up, in the order of the columns.
  private static let shed: [WorkerCounter] = [
    .shedBackground, .shedBatch, .shedBoundedReads, .delayedByRouter, .shedDelayed, .shedAll,
    .waitersDropped, .loginsCut,
    .acceptStops,
  ]

  /// Where levels begin, of each thing: `memory background 60 %, batch 70 % …`.
  private static let thresholds = OverloadCause.allCases.map { cause in
    let levels = OverloadLevel.allCases.compactMap { level in
      OverloadThresholds.band(level, cause).map { "\(level.name) \($0.enter / 10) %" }
    }
    return "\(cause.name): \(levels.joined(separator: ", "))"
  }.joined(separator: "; ")

  /// Thousandths as whole percent.
  private static func percent(_ thousandths: Int) -> String { "\(thousandths / 10)" }
}
