import Glibc
import Synchronization
import TLS
import Uring

/// A server that speaks PostgreSQL's protocol and answers at once, so that what stands before it is measured.
///
/// It lets everybody in, has no tables, and answers each `SELECT` with one row: a number, or as many letters as `repeat('x', n)` asks for. It keeps
/// track of transactions, prepared statements and settings, so that poolers and routers take it for a server. Its workers are threads that share
/// nothing.
public final class NullServer: Sendable {
  private enum State {
    case idle
    case running([WorkerThread], port: UInt16)
    case ended(NullServerCounters)
  }

  private let settings: NullServerSettings
  private let state = Mutex(State.idle)

  /// A server that does not run yet.
  ///
  /// - Throws: ``NullServerError/badSetting(name:reason:)``.
  public init(_ settings: NullServerSettings = NullServerSettings()) throws(NullServerError) {
    try settings.check()
    self.settings = settings
  }

  deinit { stop() }

  /// The port that it listens at; 0 unless it runs.
  public var port: UInt16 {
    state.withLock { if case .running(_, let port) = $0 { port } else { 0 } }
  }

  /// What it has done so far, all workers together. Cheap; any thread may ask.
  public var counters: NullServerCounters {
    state.withLock { state in
      switch state {
      case .idle: NullServerCounters()
      case .running(let threads, _): Self.sum(threads)
      case .ended(let counters): counters
      }
    }
  }

  /// Starts the workers; connections are accepted when it returns. Raises the limit of open files as far as it may be.
  ///
  /// - Throws: a ``NullServerError``; nothing runs then.
  public func start() throws(NullServerError) {
    let result = state.withLock { state -> Result<Void, NullServerError> in
      guard case .idle = state else { return .failure(.startedBefore) }
      return Result { () throws(NullServerError) in
        let (threads, port) = try makeWorkers()
        state = .running(threads, port: port)
      }
    }
    try result.get()
  }

  /// Ends all connections and the workers, and waits for them. Does nothing when it doesn't run.
  public func stop() {
    state.withLock { state in
      guard case .running(let threads, _) = state else { return }
      for thread in threads { thread.context.stop() }
      for thread in threads { thread.join() }
      var counters = Self.sum(threads)
      counters.openConnections = 0
      state = .ended(counters)
    }
  }

  private static func sum(_ threads: [WorkerThread]) -> NullServerCounters {
    threads.reduce(into: NullServerCounters()) { $0 += $1.context.counters.snapshot }
  }

  private func makeWorkers() throws(NullServerError) -> ([WorkerThread], port: UInt16) {
    Self.raiseFileLimit()
    let capabilities: Capabilities
    do throws(RingError) { capabilities = try Capabilities.probe() } catch { throw .ring(error) }
    let startedAt = WorkerClock.now
    let ticketKeys =
      settings.givesTickets ? TicketKeys(lifetime: NullServerLimits.ticketLifetime) : nil
    var port = settings.port
    var threads: [WorkerThread] = []
    do throws(NullServerError) {
      for place in 0..<settings.workers {
        let listener = try listen(at: port)
        port = ListeningAddress.port(of: listener)
        let core = settings.cores.isEmpty ? nil : settings.cores[place % settings.cores.count]
        let context = try WorkerContext(
          settings, listener: listener, core: core, ticketKeys: ticketKeys, startedAt: startedAt)
        let thread = WorkerThread(context, capabilities: capabilities)
        try thread.start()
        threads.append(thread)
      }
    } catch {
      for thread in threads { thread.context.stop() }
      for thread in threads { thread.join() }
      throw error
    }
    return (threads, port)
  }

  private func listen(at port: UInt16) throws(NullServerError) -> Int32 {
    guard let address = ListeningAddress(settings.address, port: port) else {
      throw .badSetting(name: "address", reason: "\"\(settings.address)\" is no IPv4 address")
    }
    let listener = address.listen()
    guard listener >= 0 else {
      throw .cannotListen(address: settings.address, port: port, errno: -listener)
    }
    return listener
  }

  private static func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
