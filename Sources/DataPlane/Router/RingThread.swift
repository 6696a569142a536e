import Synchronization
import Threads
import Uring

/// A thread with a ring of its own, which does one thing until it is done.
final class RingThread: Sendable {
  /// How far the thread has come.
  private enum State: Sendable {
    case starting, running
    case failed(RingError)
    /// It was told not to begin.
    case abandoned
  }

  private let configuration: RingConfiguration
  private let keepAlive: KeepAlive
  private let whenMade: @Sendable () -> Void
  private let body: @Sendable (consuming LiveKernel) -> Void
  private let state = Mutex(State.starting)
  private let hasStarted = Semaphore()
  private let mayBegin = Semaphore()
  private let thread = Mutex<JoinableThread?>(nil)

  /// A thread for `body`, which is called there with the ring; `whenMade` is called there before that is made.
  init(
    _ configuration: RingConfiguration, keepAlive: KeepAlive,
    whenMade: @escaping @Sendable () -> Void = {},
    body: @escaping @Sendable (consuming LiveKernel) -> Void
  ) {
    self.configuration = configuration
    self.keepAlive = keepAlive
    self.whenMade = whenMade
    self.body = body
  }

  /// Starts the thread and waits until its ring is made. It does its thing after ``begin()``.
  func start() throws(RingError) {
    do throws(ThreadError) {
      let started = try JoinableThread { [self] in run() }
      thread.withLock { $0 = started }
    } catch {
      preconditionFailure("no thread could be made: \(error.errno)")
    }
    hasStarted.wait()
    if case .failed(let error) = state.withLock({ $0 }) { throw error }
  }

  /// Has a thread that was started do its thing.
  func begin() { mayBegin.signal() }

  /// Ends a thread that was started and has not begun.
  func abandon() {
    state.withLock { $0 = .abandoned }
    mayBegin.signal()
    join()
  }

  /// Waits until the thread has ended.
  func join() { thread.withLock { $0 }?.join() }

  private func run() {
    whenMade()
    let kernel: LiveKernel
    do throws(RingError) {
      kernel = try LiveKernel(configuration, keepAlive: keepAlive)
    } catch {
      state.withLock { $0 = .failed(error) }
      hasStarted.signal()
      return
    }
    state.withLock { $0 = .running }
    hasStarted.signal()
    mayBegin.wait()
    if case .abandoned = state.withLock({ $0 }) { return }
    body(kernel)
  }
}
