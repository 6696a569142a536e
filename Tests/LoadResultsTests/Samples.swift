import LoadResults

extension LatencyCounts {
  /// What a histogram of these times has counted.
  init(milliseconds: [Int]) {
    var histogram = LatencyHistogram()
    for time in milliseconds { histogram.record(nanoseconds: UInt64(time) * 1_000_000) }
    self = histogram.counts
  }
}

extension RunResult {
  /// A result of these loads.
  static func sample(
    seconds: Double, loads: [LoadResult], scheduleError: [Int] = []
  ) -> RunResult {
    RunResult(
      scenario: "sample", about: "", target: "127.0.0.1:6432", startedAtMilliseconds: 0,
      seconds: seconds, seed: 1, workers: 1, machine: "none", ending: .complete, windowSeconds: 1,
      loads: loads, scheduleError: LatencyCounts(milliseconds: scheduleError))
  }
}

extension LoadResult {
  /// A load whose transactions took these times.
  static func sample(
    _ name: String, milliseconds: [Int], errors: [String: Int] = [:], alone: [Int]? = nil,
    windows: [WindowResult] = [], consistency: ConsistencyResult? = nil
  ) -> LoadResult {
    let latency = LatencyCounts(milliseconds: milliseconds)
    return LoadResult(
      name: name, connections: 1, due: milliseconds.count + errors.values.reduce(0, +),
      completed: milliseconds.count, errors: errors, latency: latency, service: latency,
      connecting: LatencyCounts(), alone: alone.map(LatencyCounts.init(milliseconds:)),
      windows: windows, tenants: [], consistency: consistency)
  }
}
