import Glibc
import Synchronization
import Uring

/// A thread that turns one worker until it has stopped.
final class WorkerThread: Sendable {
  /// How far the thread has come.
  enum State: Sendable {
    case starting, running
    case failed(RingError)
  }

  private let context: WorkerContext
  private let listeners: [WorkerListener]
  private let capabilities: Capabilities
  private let core: Int32?
  private let state = Mutex(State.starting)
  private let hasStarted = Semaphore()
  private let thread = Mutex(pthread_t())

  init(
    context: WorkerContext, listeners: [WorkerListener], capabilities: Capabilities, core: Int32?
  ) {
    self.context = context
    self.listeners = listeners
    self.capabilities = capabilities
    self.core = core
  }

  /// Starts the thread and waits until its ring is made.
  func start() throws(RingError) {
    let me = Unmanaged.passRetained(self).toOpaque()
    thread.withLock { thread in
      let status = pthread_create(
        &thread, nil,
        { me in
          Unmanaged<WorkerThread>.fromOpaque(me!).takeRetainedValue().run()
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
      kernel = try LiveKernel(
        RingShape.configuration(capabilities), keepAlive: context.settings.keepAlive)
    } catch {
      state.withLock { $0 = .failed(error) }
      hasStarted.signal()
      return
    }
    state.withLock { $0 = .running }
    hasStarted.signal()
    var worker = Worker(
      kernel: kernel, context: context, listeners: listeners, seed: UInt64.random(in: 0 ... .max))
    while !worker.isFinished { worker.turn() }
  }
}

/// The sizes of a worker's ring.
enum RingShape {
  static let submissionEntries = 1024
  /// Multishot operations complete without being submitted; an overflow would end them.
  static let completionEntries = 16_384
  /// With incremental consumption one buffer serves many receives. Few and large ones are best: a stream fills half a mebibyte with one
  /// receive, and all of it stays in the processor's cache, because every slice is given back in the turn it came. (Sixteen of
  /// 128 KiB take 1.6 times the processor time for rows of 1 MiB; when these two run dry, sources wait for the next turn.)
  static let incrementalBuffers = BufferRingShape(bufferCount: 2, bufferBytes: 512 * 1024)
  /// Without, each receive takes a whole buffer.
  static let wholeBuffers = BufferRingShape(bufferCount: 512, bufferBytes: 16 * 1024)

  static func configuration(_ capabilities: Capabilities) -> RingConfiguration {
    RingConfiguration(
      submissionEntries: submissionEntries, completionEntries: completionEntries,
      buffers: capabilities.has(.incrementalBuffers) ? incrementalBuffers : wholeBuffers,
      capabilities: capabilities)
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
