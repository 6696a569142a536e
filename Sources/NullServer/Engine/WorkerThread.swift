import CThreads
import Glibc
import Synchronization
import TLS
import Threads
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
  /// What all workers seal tickets with; nil: sessions are not resumed.
  let ticketKeys: TicketKeys?
  /// From when on stalls are counted.
  let startedAt: UInt64
  let counters = WorkerCounters()
  private let stopFlag = Atomic<Bool>(false)

  /// Owns the listener from now on.
  init(
    _ settings: NullServerSettings, listener: Int32, core: Int32?, ticketKeys: TicketKeys?,
    startedAt: UInt64
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
    self.ticketKeys = ticketKeys
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
  private let hasStarted = Semaphore()
  private let thread = Mutex<JoinableThread?>(nil)

  init(_ context: WorkerContext, capabilities: Capabilities) {
    self.context = context
    self.capabilities = capabilities
  }

  /// Starts the thread, and waits until it serves.
  func start() throws(NullServerError) {
    do throws(ThreadError) {
      let started = try JoinableThread { [self] in run() }
      thread.withLock { $0 = started }
    } catch {
      throw .outOfResources(what: "thread", errno: error.errno)
    }
    hasStarted.wait()
    if case .failed(let error) = state.withLock({ $0 }) {
      join()
      throw error
    }
  }

  /// Waits until the thread has ended.
  func join() { thread.withLock { $0 }?.join() }

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
