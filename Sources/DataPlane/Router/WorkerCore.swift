import Synchronization
import Telemetry

/// The core of a worker's thread, for others to read.
final class WorkerCore: Sendable {
  private static let unbound: Int32 = -1

  private let number: Atomic<Int32>

  /// The core that the thread is to be bound to; nil where it stays free.
  init(_ core: Int32?) { number = Atomic(core ?? Self.unbound) }

  /// The core; nil where the thread is free.
  var value: Int32? {
    let core = number.load(ordering: .relaxed)
    return core == Self.unbound ? nil : core
  }

  /// The thread could not be bound.
  func forget() { number.store(Self.unbound, ordering: .relaxed) }
}

extension WorkerContext {
  /// The core that the worker's thread is bound to; nil where it is free.
  var core: Int32? { workerCore.value }

  /// Binds the calling thread, which is the worker's, to its core. Where that is not allowed the thread stays free, which costs some
  /// speed and nothing else: it is told, once.
  func bindThread() {
    guard let core else { return }
    let errno = Cores.pinCallingThread(to: core)
    guard errno != 0 else { return }
    workerCore.forget()
    report.events.put(
      WorkerEvent(
        kind: .notBound(worker: index, core: core, errno: errno), tenant: [], address: nil))
  }
}
