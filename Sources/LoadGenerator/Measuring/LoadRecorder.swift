import LoadClient
import LoadResults

/// What one worker has measured of one load: counts, times, windows, tenants.
///
/// Only transactions whose intended start lies in the measurement are told to it. Due = completed +
/// failed once nothing is under way.
struct LoadRecorder: ~Copyable {
  private(set) var due = 0
  private(set) var completed = 0
  private(set) var failed = 0
  private(set) var service = LatencyHistogram()
  private(set) var connecting = LatencyHistogram()
  private(set) var handshakes = HandshakeCounts()
  private(set) var tenants: TenantTimes
  /// Windows that are over.
  private(set) var windows: [WindowFigures] = []
  private var current = WindowFigures()
  private var latencies = LatencyHistogram()
  private var dueByWindow: [UInt32]
  private let windowNanoseconds: Int64

  init(tenants: Int, windowCount: Int, windowNanoseconds: Int64) {
    self.tenants = TenantTimes(tenants: tenants)
    self.windowNanoseconds = windowNanoseconds
    dueByWindow = Array(repeating: 0, count: windowCount)
    windows.reserveCapacity(windowCount)
  }

  /// Transactions under way, and those that wait for a connection.
  var pending: Int { due - completed - failed }

  /// Counts a transaction that is due.
  ///
  /// - Parameter moment: its intended start, from the beginning of the measurement.
  mutating func arrived(at moment: Int64) {
    due += 1
    dueByWindow[min(Int(moment / windowNanoseconds), dueByWindow.count - 1)] &+= 1
  }

  /// Counts a transaction that was answered. `moment` is when, from the beginning of the
  /// measurement.
  mutating func completed(tenant: Int, latency: Int64, service time: Int64, at moment: Int64) {
    roll(to: moment)
    completed += 1
    current.completed += 1
    latencies.record(nanoseconds: UInt64(max(latency, 0)))
    service.record(nanoseconds: UInt64(max(time, 0)))
    tenants.completed(tenant, nanoseconds: UInt64(max(latency, 0)))
  }

  /// Counts a transaction that failed.
  mutating func failed(tenant: Int, _ failure: Failure, at moment: Int64) {
    roll(to: moment)
    failed += 1
    current.failures[failure, default: 0] += 1
    tenants.failed(tenant)
  }

  /// Counts a connection that was opened.
  mutating func connected(after nanoseconds: Int64) {
    connecting.record(nanoseconds: UInt64(max(nanoseconds, 0)))
  }

  /// Counts a TLS handshake that succeeded.
  mutating func shookHands(isResumed: Bool) { handshakes.add(isResumed: isResumed) }

  /// Ends the windows before the one that a moment lies in. The last one also takes what ends after
  /// the measurement.
  mutating func roll(to moment: Int64) {
    let wanted = min(Int(max(moment, 0) / windowNanoseconds), dueByWindow.count - 1)
    while windows.count < wanted { endWindow() }
  }

  /// How far it is, with the last window that is over.
  var report: WorkerReport.Figures {
    WorkerReport.Figures(
      due: due, completed: completed, failed: failed, window: windows.count - 1,
      latency: windows.last?.latency ?? LatencyCounts())
  }

  /// Ends all windows: all that was measured, for the threads that report it.
  mutating func figures(consistency: ConsistencyResult?) -> RecordedLoad {
    while windows.count < dueByWindow.count { endWindow() }
    for index in windows.indices { windows[index].due = Int(dueByWindow[index]) }
    return RecordedLoad(
      due: due, completed: completed, windows: windows, service: service.counts,
      connecting: connecting.counts, handshakes: handshakes, tenants: tenants,
      consistency: consistency)
  }

  private mutating func endWindow() {
    current.latency = latencies.counts
    windows.append(current)
    current = WindowFigures()
    latencies.reset()
  }
}

/// What one worker has measured in one window of one load.
struct WindowFigures: Sendable {
  var due = 0
  var completed = 0
  var failures: [Failure: Int] = [:]
  var latency = LatencyCounts()

  /// Adds what another worker has measured in the same window.
  mutating func merge(_ other: WindowFigures) {
    due += other.due
    completed += other.completed
    failures.merge(other.failures, uniquingKeysWith: +)
    latency.merge(other.latency)
  }
}

/// What was measured of one load, by one worker or several.
struct RecordedLoad: Sendable {
  var due: Int
  var completed: Int
  var windows: [WindowFigures]
  var service: LatencyCounts
  var connecting: LatencyCounts
  var handshakes: HandshakeCounts
  var tenants: TenantTimes
  var consistency: ConsistencyResult?

  /// Adds what another worker has measured of the same load.
  mutating func merge(_ other: RecordedLoad) {
    due += other.due
    completed += other.completed
    for index in windows.indices { windows[index].merge(other.windows[index]) }
    service.merge(other.service)
    connecting.merge(other.connecting)
    handshakes.merge(other.handshakes)
    tenants.merge(other.tenants)
    guard let others = other.consistency else { return }
    guard var merged = consistency else { return consistency = others }
    merged.merge(others)
    consistency = merged
  }
}
