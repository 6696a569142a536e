import Glibc
import Synchronization
import Uring

/// A thread with a ring of its own, which does one thing until it is done.
final class RingThread: Sendable {
  /// How far the thread has come.
  private enum State: Sendable {
    case starting, running
    case failed(RingError)
  }

  private let configuration: RingConfiguration
  private let keepAlive: KeepAlive
  private let core: Int32?
  private let body: @Sendable (consuming LiveKernel) -> Void
  private let state = Mutex(State.starting)
  private let hasStarted = Semaphore()
  private let thread = Mutex(pthread_t())

  /// A thread for `body`, which is called there with the ring; bound to a core where one is named.
  init(
    _ configuration: RingConfiguration, keepAlive: KeepAlive, core: Int32?,
    body: @escaping @Sendable (consuming LiveKernel) -> Void
  ) {
    self.configuration = configuration
    self.keepAlive = keepAlive
    self.core = core
    self.body = body
  }

  /// Starts the thread and waits until its ring is made.
  func start() throws(RingError) {
    let me = Unmanaged.passRetained(self).toOpaque()
    thread.withLock { thread in
      let status = pthread_create(
        &thread, nil,
        { me in
          Unmanaged<RingThread>.fromOpaque(me!).takeRetainedValue().run()
          return nil
        }, me)
      precondition(status == 0, "no thread could be made: \(status)")
    }
    hasStarted.wait()
    if case .failed(let error) = state.withLock({ $0 }) { throw error }
  }

  /// Waits until the thread has ended.
  func join() {
    pthread_join(thread.withLock { $0 }, nil)
  }

  private func run() {
    if let core { Cores.pinCallingThread(to: core) }
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
    body(kernel)
  }
}

/// A POSIX semaphore.
///
/// Invariant that keeps the pointer safe: it is initialized once and destroyed with the object.
private final class Semaphore: Sendable {
  private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func wait() { while sem_wait(semaphore) != 0 {} }
  func signal() { sem_post(semaphore) }
}
