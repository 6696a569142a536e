import LoadClient
import LoadResults
import LoadScenario

/// One measurement out of those of several workers.
enum Merging {
  /// What all workers have measured.
  static func measurement(
    of plan: RunPlan, _ workers: [WorkerFigures], startedAtMilliseconds: Int64, beginsAt: Int64,
    stopsAt: Int64
  ) -> LoadMeasurement {
    let wasStopped = stopsAt < beginsAt + plan.duration || beginsAt == 0
    let length = wasStopped ? max(0, beginsAt == 0 ? 0 : stopsAt - beginsAt) : plan.duration
    var scheduleError = LatencyCounts()
    for worker in workers { scheduleError.merge(worker.scheduleError) }
    let loads = plan.loads.indices.map { load in
      let parts = workers.map { $0.loads[load] }
      return result(
        of: plan.loads[load], plan, merged(parts, plan, load), length: length)
    }
    return LoadMeasurement(
      startedAtMilliseconds: startedAtMilliseconds, seconds: Double(length) / 1e9,
      ending: wasStopped ? .interrupted : .complete, windowSeconds: Double(plan.window) / 1e9,
      loads: loads, scheduleError: scheduleError, remarks: remarks(plan, workers))
  }

  private static func merged(
    _ parts: [RecordedLoad], _ plan: RunPlan, _ load: Int
  ) -> RecordedLoad {
    guard var sum = parts.first else {
      return RecordedLoad(
        due: 0, completed: 0, windows: [], service: LatencyCounts(), connecting: LatencyCounts(),
        handshakes: HandshakeCounts(), tenants: TenantTimes(tenants: plan.loads[load].names.count),
        consistency: nil)
    }
    for part in parts.dropFirst() { sum.merge(part) }
    return sum
  }

  private static func result(
    of planned: PlannedLoad, _ plan: RunPlan, _ recorded: RecordedLoad, length: Int64
  ) -> LoadResult {
    var latency = LatencyCounts()
    var failures: [Failure: Int] = [:]
    for window in recorded.windows {
      latency.merge(window.latency)
      failures.merge(window.failures, uniquingKeysWith: +)
    }
    // A run that was stopped has no later windows; what a worker counted before it learnt of the stop
    // belongs to the last one.
    let begun = Int((length + plan.window - 1) / plan.window)
    var windows = Array(recorded.windows.prefix(begun))
    if let last = windows.indices.last {
      for late in recorded.windows.dropFirst(begun) { windows[last].merge(late) }
    }
    return LoadResult(
      name: planned.load.name, connections: planned.tenants.count, due: recorded.due,
      completed: recorded.completed, errors: named(failures), latency: latency,
      service: recorded.service, connecting: recorded.connecting,
      handshakes: plan.target.encryption == .off ? nil : recorded.handshakes,
      windows: windows.enumerated().map { index, window in
        WindowResult(
          at: Double(Int64(index) * plan.window) / 1e9, due: window.due,
          completed: window.completed, errors: window.failures.values.reduce(0, +),
          errorsByCause: named(window.failures), latency: window.latency)
      }, tenants: tenants(of: planned, recorded.tenants), consistency: recorded.consistency)
  }

  private static func named(_ failures: [Failure: Int]) -> [String: Int] {
    Dictionary(failures.map { ($0.key.name, $0.value) }, uniquingKeysWith: +)
  }

  /// The tenants that had transactions.
  private static func tenants(of planned: PlannedLoad, _ times: TenantTimes) -> [TenantResult] {
    planned.names.indices.compactMap { tenant in
      guard times.completed[tenant] > 0 || times.errors[tenant] > 0 else { return nil }
      return TenantResult(
        name: planned.names[tenant], completed: Int(times.completed[tenant]),
        errors: Int(times.errors[tenant]),
        p50Milliseconds: times.percentile(50, of: tenant) / 1e6,
        p99Milliseconds: times.percentile(99, of: tenant) / 1e6)
    }
  }

  /// What no figure tells: connections that could not be opened, or broke while idle; a log that is
  /// not whole.
  private static func remarks(_ plan: RunPlan, _ workers: [WorkerFigures]) -> [String] {
    var remarks: [String] = []
    var troubles: [Trouble] = []
    for trouble in workers.flatMap(\.troubles) {
      if let same = troubles.firstIndex(where: { trouble.isLike($0) }) {
        troubles[same].count += trouble.count
      } else {
        troubles.append(trouble)
      }
    }
    for trouble in troubles {
      let what = trouble.kind == .notOpened ? "could not be opened" : "broke while idle"
      let times = trouble.count == 1 ? "once" : "\(trouble.count) times"
      remarks.append(
        "\(plan.loads[trouble.load].load.name): a connection \(what) \(times): "
          + trouble.failure.name + (trouble.message.map { " (\($0))" } ?? ""))
    }
    for failure in Set(workers.compactMap(\.logFailure)) {
      remarks.append("the log is not whole: \(failure)")
    }
    return remarks
  }

  /// A load's figures so far, over the workers.
  static func progress(
    of name: String, _ parts: [WorkerReport.Figures]
  ) -> LoadProgress.Figures {
    var latency = LatencyCounts()
    let window = parts.map(\.window).max() ?? -1
    for part in parts where part.window == window { latency.merge(part.latency) }
    return LoadProgress.Figures(
      load: name, due: parts.reduce(0) { $0 + $1.due },
      completed: parts.reduce(0) { $0 + $1.completed },
      errors: parts.reduce(0) { $0 + $1.failed }, p50Nanoseconds: latency.percentile(50),
      p99Nanoseconds: latency.percentile(99))
  }
}

extension Trouble {
  /// Whether another tells of the same.
  fileprivate func isLike(_ other: Trouble) -> Bool {
    kind == other.kind && load == other.load && failure == other.failure
  }
}
