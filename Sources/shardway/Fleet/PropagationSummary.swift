internal import Console

/// What a measurement of propagation came to.
struct PropagationSummary: Encodable, Sendable {
  var changes: Int
  var events: Bool
  var pollIntervalSeconds: Double
  var workers: Int
  var tenants: Int
  var deltaBytes: Int
  var longestWorkerPauseMicroseconds: UInt64
  var sidecarResidentBytes: Int?
  var sidecarHighestResidentBytes: Int?
  var p50Milliseconds: Double
  var p90Milliseconds: Double
  var p99Milliseconds: Double
  var maximumMilliseconds: Double
  var timesMicroseconds: [Int64]

  /// A summary of at least one time.
  init(_ findings: PropagationFindings, events: Bool, intervalSeconds: Double, workers: Int) {
    let sorted = findings.times.sorted()
    /// The nearest rank: no figure that was not measured.
    func rank(_ share: Double) -> Double {
      let place = Int((share * Double(sorted.count)).rounded(.up)) - 1
      return Double(sorted[min(max(place, 0), sorted.count - 1)]) / 1000
    }
    changes = findings.times.count
    self.events = events
    pollIntervalSeconds = intervalSeconds
    self.workers = workers
    tenants = findings.tenants
    deltaBytes = findings.deltaBytes
    longestWorkerPauseMicroseconds = findings.longestPauseMicroseconds
    sidecarResidentBytes = findings.sidecarMemory?.resident
    sidecarHighestResidentBytes = findings.sidecarMemory?.highest
    p50Milliseconds = rank(0.5)
    p90Milliseconds = rank(0.9)
    p99Milliseconds = rank(0.99)
    maximumMilliseconds = rank(1)
    timesMicroseconds = findings.times
  }

  func show(on terminal: Terminal) {
    func text(_ milliseconds: Double) -> String {
      "\(NumberText.significant(milliseconds, digits: 3)) ms"
    }
    terminal.table([
      ["commit → in use by the last of \(workers) workers", "p50", "p90", "p99", "max"],
      [
        "\(changes) changes, events \(events ? "on" : "off"), poll every"
          + " \(DurationText.short(pollIntervalSeconds))",
        text(p50Milliseconds), text(p90Milliseconds), text(p99Milliseconds),
        text(maximumMilliseconds),
      ],
    ]) { _, _ in nil }
    terminal.line(
      "\(tenants) tenants; the last change took \(deltaBytes) bytes on its way, and no new map kept a"
        + " worker from its sessions for more than \(longestWorkerPauseMicroseconds) µs")
    if let resident = sidecarResidentBytes, let highest = sidecarHighestResidentBytes {
      terminal.line("sidecar: \(resident >> 20) MiB resident, \(highest >> 20) MiB at most")
    }
  }
}
