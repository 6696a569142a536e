internal import Glibc
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
public import ShardMap
internal import Synchronization
internal import Threads

/// An HTTP server that tells of a router: one thread of its own, never a worker's.
///
/// Whoever asks and doesn't listen to the answer costs a connection for ``HTTPLimits/writeSeconds``,
/// and nobody anything else.
public final class RouterHTTPServer: Sendable {
  private enum State {
    case made
    case running(MultiThreadedEventLoopGroup, ServiceGroup, Task<Void, Never>)
    case stopped
  }

  private let address: ShardMap.SocketAddress
  private let view: RouterView
  private let groups: [any RouteGroup]
  private let logger: Logger
  private let state = Mutex(State.made)
  /// What listens, once it does.
  private let listener = Mutex<(any Channel)?>(nil)

  /// A server that does not listen yet.
  ///
  /// - Parameters:
  ///   - address: where to listen; port 0 lets the kernel choose.
  ///   - view: what its routes may read.
  ///   - routes: what it answers.
  ///   - logger: where its failures go.
  public init(
    address: ShardMap.SocketAddress, view: RouterView, routes: [any RouteGroup], logger: Logger
  ) {
    self.address = address
    self.view = view
    groups = routes
    self.logger = logger
  }

  /// Listens, and answers on a thread of its own from now on. Once only.
  ///
  /// - Returns: The address with the port that the kernel chose.
  /// - Throws: ``HTTPServerError`` when the address can't be listened at.
  public func start() throws(HTTPServerError) -> ShardMap.SocketAddress {
    let threads = ServerThreads.take()
    let loop = threads.next()
    loop.execute { [address, logger] in
      guard setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, HTTPLimits.niceness) != 0
      else { return }
      let reason = String(cString: strerror(errno))
      logger.warning(
        "HTTP at \(address): its thread can't be made nicer than the workers': \(reason)")
    }
    let start = HTTPStart(address)
    let services = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [application(on: threads, start)], logger: quietLogger))
    let task = Task(executorPreference: LoopExecutor(loop)) {
      do {
        try await LoopExecutor.$loop.withValue(loop) { try await services.run() }
        start.note(nil)
      } catch {
        start.note("\(error)")
      }
    }
    do throws(HTTPServerError) {
      let address = try start.address()
      state.withLock { $0 = .running(threads, services, task) }
      return address
    } catch {
      ServerThreads.giveBack(threads)
      throw error
    }
  }

  /// Ends: answers under way have a moment left. Returns when nothing listens any more, and nothing is answered.
  public func stop() {
    let state = state.withLock { state in
      defer { state = .stopped }
      return state
    }
    guard case .running(let threads, let services, let task) = state else { return }
    let ended = Semaphore()
    let loop = threads.next()
    // All of it on the server's own thread: whoever waits here may hold one of the few that tasks share.
    Task(executorPreference: LoopExecutor(loop)) {
      await services.triggerGracefulShutdown()
      await task.value
      ended.signal()
      ServerThreads.giveBack(threads)
    }
    // A client that doesn't read keeps its answer under way: nobody waits for that. Its address is free then.
    let cut = loop.scheduleTask(in: .seconds(HTTPLimits.stopSeconds)) { [self] in
      listener.withLock { $0 }?.close(promise: nil)
      task.cancel()
    }
    let limit = loop.scheduleTask(in: .seconds(2 * HTTPLimits.stopSeconds)) { ended.signal() }
    ended.wait()
    cut.cancel()
    limit.cancel()
  }

  private func application(
    on threads: MultiThreadedEventLoopGroup, _ start: HTTPStart
  ) -> some ApplicationProtocol {
    let routes = HTTPRoutes()
    // What they begin at once, and go on with beside their answers, has the server's thread, too.
    LoopExecutor.$loop.withValue(threads.next()) {
      for group in groups { group.add(to: routes, of: view) }
    }
    return Application(
      router: routes,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [WriteWatch(limit: .seconds(HTTPLimits.writeSeconds))],
          idleTimeout: .seconds(HTTPLimits.idleSeconds),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: HTTPLimits.headerBytes, maxHeaderListSize: HTTPLimits.headerBytes,
            maxHeaderFieldCount: HTTPLimits.headers))),
      configuration: .init(
        address: .hostname(address.host, port: Int(address.port)), serverName: "shardway",
        backlog: HTTPLimits.backlog,
        availableConnectionsDelegate: MaximumAvailableConnections(HTTPLimits.connections)),
      onServerRunning: { [self] channel in
        listener.withLock { $0 = channel }
        start.note(port: channel.localAddress?.port)
      },
      eventLoopGroupProvider: .shared(threads), logger: quietLogger)
  }

  /// What the server's libraries say is for its developers, but for what is wrong.
  private var quietLogger: Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    return logger
  }
}

/// Why the HTTP server does not listen.
public struct HTTPServerError: Error, CustomStringConvertible, Sendable {
  /// Where it was to listen.
  public let address: ShardMap.SocketAddress
  /// The system's words.
  public let reason: String

  /// One sentence for the operator.
  public var description: String {
    "can't serve HTTP at \(address): \(reason); choose another address, or end what listens there"
  }
}

/// How a server's start has ended, told by its thread and waited for by another.
private final class HTTPStart: Sendable {
  private enum Outcome { case listens(UInt16), failed(String) }

  private let wanted: ShardMap.SocketAddress
  private let outcome = Mutex<Outcome?>(nil)
  private let isKnown = Semaphore()

  init(_ wanted: ShardMap.SocketAddress) { self.wanted = wanted }

  func note(port: Int?) { note(.listens(port.map { UInt16($0) } ?? wanted.port)) }

  /// It has ended; only the first thing that is said counts.
  func note(_ failure: String?) { note(.failed(failure ?? "it has ended")) }

  private func note(_ new: Outcome) {
    let isFirst = outcome.withLock { outcome in
      defer { outcome = outcome ?? new }
      return outcome == nil
    }
    if isFirst { isKnown.signal() }
  }

  func address() throws(HTTPServerError) -> ShardMap.SocketAddress {
    isKnown.wait()
    switch outcome.withLock({ $0 }) {
    case .listens(let port): return wanted.with(port: port)
    case .failed(let reason): throw HTTPServerError(address: wanted, reason: reason)
    case nil: throw HTTPServerError(address: wanted, reason: "nothing was heard of it")
    }
  }
}
