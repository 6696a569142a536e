import Dispatch
import Synchronization

/// What the threads of one run tell each other, and those who look on.
///
/// Workers look at the atomics each turn; the locks are taken a few times a second, or a run.
final class RunState: Sendable {
  /// When the measurement begins, on the monotonic clock; zero as long as a worker is not ready.
  let beginsAt = Atomic<Int64>(0)
  /// When it was told to stop; `Int64.max` when it was not.
  let stopsAt = Atomic<Int64>(.max)
  /// How many orders to reset connections there are.
  let resetCount = Atomic<Int>(0)

  private struct Shared {
    var ready = 0
    var hopeless = 0
    /// Why a worker could open no connection.
    var lastFailure: LoadError?
    var start: StartOutcome?
    var workerFailure: LoadError?
    var startedAtMilliseconds: Int64?
    var resetShares: [Double] = []
    var reports: [WorkerReport]
    var figures: [WorkerFigures] = []
    var ended = 0
    var waitForBeginning: [CheckedContinuation<Bool, Never>] = []
    var waitForEnd: [CheckedContinuation<Void, Never>] = []
    /// Whether the measurement has begun; false also says that it never will.
    var hasBegun: Bool?
  }

  private let workers: Int
  private let shared: Mutex<Shared>
  private let startDecided = DispatchSemaphore(value: 0)

  init(workers: Int) {
    self.workers = workers
    shared = Mutex(Shared(reports: Array(repeating: WorkerReport(), count: workers)))
  }

  // MARK: The start

  /// Waits until a connection was opened, or none can be.
  func waitForStart() -> StartOutcome {
    startDecided.wait()
    return shared.withLock { $0.start! }
  }

  /// A connection was opened.
  func connectionOpened() { decide(.connected) }

  /// A worker could not be made: the run ends.
  func couldNotStart(_ error: LoadError) {
    shared.withLock { $0.workerFailure = error }
    decide(.failed(error))
    stop()
  }

  /// Why a worker could not be made; nil if all were.
  var workerFailure: LoadError? { shared.withLock { $0.workerFailure } }

  /// All that a worker has tried failed, or it has nothing to try (nil); the start is given up when all
  /// workers say so.
  func isHopeless(_ error: LoadError?) {
    let verdict = shared.withLock { shared -> LoadError? in
      shared.hopeless += 1
      if let error { shared.lastFailure = error }
      return shared.hopeless == workers ? shared.lastFailure : nil
    }
    if let verdict { decide(.failed(verdict)) }
  }

  private func decide(_ outcome: StartOutcome) {
    let isFirst = shared.withLock { shared in
      guard shared.start == nil else { return false }
      shared.start = outcome
      return true
    }
    if isFirst { startDecided.signal() }
  }

  /// A worker has tried all its connections. The last one decides when the measurement begins.
  func isReady(warmUp: Int64) {
    let isLast = shared.withLock { shared in
      shared.ready += 1
      return shared.ready == workers
    }
    guard isLast else { return }
    let beginning = MonotonicClock.now + GeneratorLimits.beginMargin + warmUp
    let toGo = (beginning - MonotonicClock.now) / 1_000_000
    shared.withLock { $0.startedAtMilliseconds = MonotonicClock.wallMilliseconds + toGo }
    beginsAt.store(beginning, ordering: .releasing)
  }

  /// When the measurement began or is to begin, milliseconds since 1970; nil before that is known.
  var startedAtMilliseconds: Int64? { shared.withLock { $0.startedAtMilliseconds } }

  // MARK: Orders

  /// Has the run end soon; the first call counts.
  func stop() {
    _ = stopsAt.compareExchange(
      expected: .max, desired: MonotonicClock.now, ordering: .acquiringAndReleasing)
  }

  /// Has each worker reset a share of its connections.
  func reset(share: Double) {
    shared.withLock { $0.resetShares.append(share) }
    resetCount.add(1, ordering: .releasing)
  }

  /// The share of one of the orders to reset.
  func resetShare(_ order: Int) -> Double { shared.withLock { $0.resetShares[order] } }

  // MARK: Reports

  func report(_ report: WorkerReport, of worker: Int) {
    shared.withLock { $0.reports[worker] = report }
  }

  var reports: [WorkerReport] { shared.withLock { $0.reports } }

  // MARK: Beginning and end

  /// The warm-up is over.
  func measurementHasBegun() { decideBeginning(true) }

  private func decideBeginning(_ hasBegun: Bool) {
    let waiting = shared.withLock { shared -> [CheckedContinuation<Bool, Never>] in
      guard shared.hasBegun == nil else { return [] }
      shared.hasBegun = hasBegun
      defer { shared.waitForBeginning = [] }
      return shared.waitForBeginning
    }
    for continuation in waiting { continuation.resume(returning: hasBegun) }
  }

  /// Waits for ``measurementHasBegun()``, or for the end of all workers.
  ///
  /// - Returns: whether the measurement has begun.
  func beginning() async -> Bool {
    await withCheckedContinuation { continuation in
      let hasBegun = shared.withLock { shared in
        if shared.hasBegun == nil { shared.waitForBeginning.append(continuation) }
        return shared.hasBegun
      }
      if let hasBegun { continuation.resume(returning: hasBegun) }
    }
  }

  /// A worker has ended, with figures if it ran.
  func ended(_ figures: WorkerFigures?) {
    let waiting = shared.withLock { shared -> [CheckedContinuation<Void, Never>]? in
      shared.ended += 1
      if let figures { shared.figures.append(figures) }
      guard shared.ended == workers else { return nil }
      defer { shared.waitForEnd = [] }
      return shared.waitForEnd
    }
    guard let waiting else { return }
    decide(.failed(.stopped))
    decideBeginning(false)
    for continuation in waiting { continuation.resume() }
  }

  /// Whether all workers have ended.
  var isEnded: Bool { shared.withLock { $0.ended == workers } }

  /// Waits until all workers have ended; their figures in the workers' order.
  func end() async -> [WorkerFigures] {
    await withCheckedContinuation { continuation in
      let isEnded = shared.withLock { shared in
        if shared.ended < workers { shared.waitForEnd.append(continuation) }
        return shared.ended == workers
      }
      if isEnded { continuation.resume() }
    }
    return shared.withLock { $0.figures }.sorted { $0.worker < $1.worker }
  }
}

/// How a start went.
enum StartOutcome: Sendable {
  case connected
  case failed(LoadError)
}
