import CThreads
import Glibc
import Synchronization
import Uring

/// What a worker is given.
final class WorkerContext: Sendable {
  let settings: NullServerSettings
  let listener: Int32
  /// The end of a pair of sockets at which the worker is told to stop.
  let stopSocket: Int32
  /// The other end.
  let orderSocket: Int32
  let core: Int32?
  /// From when on stalls are counted.
  let startedAt: UInt64
  let counters = WorkerCounters()
  private let stopFlag = Atomic<Bool>(false)

  /// Owns the listener from now on.
  init(
    _ settings: NullServerSettings, listener: Int32, core: Int32?, startedAt: UInt64
  ) throws(NullServerError) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      let code = errno
      close(listener)
      throw .outOfResources(what: "pair of sockets", errno: code)
    }
    (stopSocket, orderSocket) = (ends[0], ends[1])
    self.settings = settings
    self.listener = listener
    self.core = core
    self.startedAt = startedAt
  }

  deinit {
    close(listener)
    close(stopSocket)
    close(orderSocket)
  }

  /// Whether the worker is to stop.
  var isStopping: Bool { stopFlag.load(ordering: .relaxed) }

  /// Tells the worker to stop. Any thread may.
  func stop() {
    stopFlag.store(true, ordering: .relaxed)
    shutdown(orderSocket, Int32(SHUT_RDWR))
  }
}

/// The thread of one worker.
final class WorkerThread: Sendable {
  private enum State {
    case starting, running
    case failed(NullServerError)
  }

  let context: WorkerContext
  private let capabilities: Capabilities
  private let state = Mutex(State.starting)
  private let hasStarted = StartSignal()
  private let thread = Mutex(pthread_t())

  init(_ context: WorkerContext, capabilities: Capabilities) {
    self.context = context
    self.capabilities = capabilities
  }

  /// Starts the thread, and waits until it serves.
  func start() throws(NullServerError) {
    let me = Unmanaged.passRetained(self)
    let status = thread.withLock { thread in
      pthread_create(
        &thread, nil,
        { me in
          Unmanaged<WorkerThread>.fromOpaque(me!).takeRetainedValue().run()
          return nil
        }, me.toOpaque())
    }
    guard status == 0 else {
      me.release()
      throw .outOfResources(what: "thread", errno: status)
    }
    hasStarted.wait()
    if case .failed(let error) = state.withLock({ $0 }) {
      join()
      throw error
    }
  }

  /// Waits until the thread has ended.
  func join() { pthread_join(thread.withLock { $0 }, nil) }

  private func run() {
    if let core = context.core { _ = shardway_pin_to_core(core) }
    do throws(NullServerError) {
      var worker = try NullWorker(context, capabilities: capabilities)
      state.withLock { $0 = .running }
      hasStarted.signal()
      worker.run()
    } catch {
      state.withLock { $0 = .failed(error) }
      hasStarted.signal()
    }
  }
}

/// A POSIX semaphore.
///
/// Invariant that keeps the pointer safe: it is initialized once and destroyed with the object.
private final class StartSignal: Sendable {
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
