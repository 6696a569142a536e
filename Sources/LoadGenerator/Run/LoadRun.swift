import Glibc
import LoadResults
public import LoadScenario
import Synchronization

/// One run of a scenario's loads against one target: it connects, warms up, measures, and tells
/// what it has measured.
///
/// Each of the scenario's workers is a thread with a ring and its share of each load's connections;
/// they begin together and their figures are merged. Nothing but the named target is contacted. Any
/// thread may call anything.
///
/// What breaks meanwhile becomes errors: a transaction on a connection that breaks has failed, the
/// connection is opened again, and what is due for its tenant waits, at most for the scenario's
/// `transactionTimeout`. In the result, due = completed + errors.
public final class LoadRun: Sendable {
  private enum Stage {
    case new
    case started([WorkerThread])
    case joined
  }

  private let plan: RunPlan
  private let state: RunState
  private let logDescriptor: Int32?
  private let stage = Mutex(Stage.new)
  private let madeAtMilliseconds = MonotonicClock.wallMilliseconds

  /// Prepares a run; nothing is contacted yet.
  ///
  /// - Parameters:
  ///   - scenario: what is asked for; its own target, faults and objectives are not looked at.
  ///   - target: who is contacted: an IPv4 address or `localhost`.
  ///   - password: what clients log in with; nil where the target trusts them.
  ///   - loads: names of the loads that run; nil: all.
  ///   - logPath: a file that gets a line of CSV for each transaction of the measurement: load,
  ///     tenant, intended, sent and done in nanoseconds from the beginning of the measurement,
  ///     outcome. Lines of different workers alternate in blocks.
  /// - Throws: ``LoadError/notAnAddress(_:)``, ``LoadError/noSuchLoad(_:)``,
  ///   ``LoadError/tooFewDescriptors(needed:allowed:)``, ``LoadError/badLoad(name:_:)`` or
  ///   ``LoadError/log(path:reason:)``.
  public init(
    _ scenario: Scenario, target: LoadTarget, password: String?, loads: Set<String>? = nil,
    logPath: String? = nil
  ) throws(LoadError) {
    let plan = try RunPlan(scenario, target: target, password: password, loads: loads)
    try DescriptorLimit.raise(forConnections: plan.connections)
    var logDescriptor: Int32?
    if let logPath { logDescriptor = try LogFile.open(logPath) }
    self.plan = plan
    self.logDescriptor = logDescriptor
    state = RunState(workers: plan.workers)
  }

  deinit {
    stop()
    join()
    if let logDescriptor { close(logDescriptor) }
  }

  /// Starts the threads, and returns when the first connection is open; the others follow, then the
  /// warm-up begins.
  ///
  /// - Throws: ``LoadError/noConnection(target:cause:message:)`` when not one connection can be
  ///   opened, ``LoadError/ring(_:)``, ``LoadError/tls(_:)``, ``LoadError/noThread(errno:)``, or
  ///   ``LoadError/startedBefore``.
  public func start() throws(LoadError) {
    try startThreads()
    if case .failed(let error) = state.waitForStart() {
      stop()
      join()
      throw error
    }
  }

  private func startThreads() throws(LoadError) {
    let threads = (0..<plan.workers).map {
      WorkerThread(number: $0, plan: plan, state: state, logDescriptor: logDescriptor)
    }
    let isFirst = stage.withLock { stage in
      guard case .new = stage, state.stopsAt.load(ordering: .relaxed) == .max else { return false }
      stage = .started([])
      return true
    }
    guard isFirst else { throw .startedBefore }
    for (index, thread) in threads.enumerated() {
      do throws(LoadError) {
        try thread.start()
      } catch {
        // Those that run see the others as ended.
        stop()
        for _ in index..<threads.count { state.ended(nil) }
        stage.withLock { $0 = .started(Array(threads.prefix(index))) }
        join()
        throw error
      }
    }
    stage.withLock { $0 = .started(threads) }
  }

  /// Ends the run soon: nothing more is due, what is under way may end for a second, and what was
  /// measured stays.
  public func stop() { state.stop() }

  /// Resets a share (above 0, at most 1) of each worker's open connections, chosen at random (RST);
  /// what is under way on them has failed, and they are opened again.
  public func resetConnections(share: Double) { state.reset(share: share) }

  /// Returns when the warm-up is over, or the run has ended before that.
  ///
  /// - Returns: whether it began.
  @discardableResult
  public func measurementBegan() async -> Bool { await state.beginning() }

  /// Returns when the run has ended: what was measured, by all workers together.
  ///
  /// Call it after a start that succeeded: of a run that was not started, it returns nothing
  /// measured.
  public func finish() async -> LoadMeasurement {
    let isStarted = stage.withLock { stage in
      if case .new = stage { false } else { true }
    }
    let figures = isStarted ? await state.end() : []
    join()
    var measurement = Merging.measurement(
      of: plan, figures, startedAtMilliseconds: state.startedAtMilliseconds ?? madeAtMilliseconds,
      beginsAt: state.beginsAt.load(ordering: .acquiring),
      stopsAt: state.stopsAt.load(ordering: .acquiring))
    if let failure = state.workerFailure {
      measurement.remarks.append("a worker could not be made: \(failure)")
    }
    return measurement
  }

  /// Waits for the threads, once.
  private func join() {
    let threads = stage.withLock { stage -> [WorkerThread] in
      guard case .started(let threads) = stage else { return [] }
      stage = .joined
      return threads
    }
    for thread in threads { thread.join() }
  }

  /// How far it is: a few microseconds for each worker and load; at most a tenth of a second old.
  public var progress: LoadProgress {
    let reports = state.reports
    let beginsAt = state.beginsAt.load(ordering: .acquiring)
    let now = MonotonicClock.now
    let endsAt = min(
      beginsAt + plan.duration, state.stopsAt.load(ordering: .relaxed))
    let phase: LoadProgress.Phase =
      if state.isEnded {
        .ended
      } else if beginsAt == 0 {
        .connecting(reports.reduce(0) { $0 + $1.opened }, of: plan.connections)
      } else if now >= endsAt {
        .ending
      } else {
        now < beginsAt ? .warmUp : .measuring
      }
    return LoadProgress(
      phase: phase,
      elapsedSeconds: beginsAt == 0 ? 0 : Double(min(now, endsAt) - beginsAt) / 1e9,
      loads: plan.loads.indices.map { load in
        Merging.progress(
          of: plan.loads[load].load.name,
          reports.compactMap { $0.loads.isEmpty ? nil : $0.loads[load] })
      })
  }
}
