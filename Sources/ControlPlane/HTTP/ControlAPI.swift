internal import HTTPTypes
public import Hummingbird
public import Logging
internal import MapExchange
internal import ServiceLifecycle
internal import Synchronization

/// The control plane's HTTP API on a store.
///
/// It keeps nothing but caches: any number of processes may serve one store.
public struct ControlAPI: Sendable {
  let store: ControlStore
  let signal: HeadSignal
  let distributor: MapDistributor
  let leases: LeaseStore
  let access: AccessRegister
  let limits: ServerLimits
  let logger: Logger
  let meter: RequestMeter
  let streams: Gauge
  let polls: Gauge

  /// An API from its parts; `signal` is the one that the store was opened with.
  public init(
    store: ControlStore, signal: HeadSignal, distributor: MapDistributor, leases: LeaseStore,
    access: AccessRegister, limits: ServerLimits = ServerLimits(), logger: Logger
  ) {
    self.store = store
    self.signal = signal
    self.distributor = distributor
    self.leases = leases
    self.access = access
    self.limits = limits
    self.logger = logger
    meter = RequestMeter()
    streams = Gauge(limit: limits.eventStreams)
    polls = Gauge(limit: limits.waitingPolls)
  }

  /// All operations, in the order of the OpenAPI document.
  var routes: [Route] {
    resourceRoutes + [changesRoute] + mapRoutes + eventRoutes + routerRoutes + shareRoutes
      + healthRoutes
  }

  /// The router of all operations.
  public func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: ProblemMiddleware(api: self))
    let routes = routes
    for route in routes {
      router.on(RouterPath(route.path), method: route.method) { request, context in
        try await answer(request, context, route)
      }
    }
    for (path, routes) in Dictionary(grouping: routes, by: \.path) {
      refuseOtherMethods(path, Set(routes.map(\.method)), router)
    }
    return router
  }

  private func answer(
    _ request: Request, _ context: BasicRequestContext, _ route: Route
  ) async throws -> Response {
    let caller = try caller(of: request)
    if let role = route.role { try caller.require(role) }
    let call = Call(
      request: request, parameters: context.parameters, caller: caller,
      correlationID: CorrelationID.current ?? "")
    return try await route.handle(call)
  }

  /// Whose token the request has; nil without a token.
  private func caller(of request: Request) throws -> Caller? {
    guard let header = request.headers[.authorization] else { return nil }
    let parts = header.split(separator: " ")
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw Problem.unauthorized("the Authorization header should be: Bearer TOKEN")
    }
    guard let caller = access.caller(of: String(parts[1])) else {
      throw Problem.unauthorized("the token is unknown here, or no longer good")
    }
    return caller
  }

  private func refuseOtherMethods(
    _ path: String, _ known: Set<HTTPRequest.Method>, _ router: Router<BasicRequestContext>
  ) {
    let all: Set<HTTPRequest.Method> = [.get, .put, .post, .patch, .delete]
    let allowed = known.map(\.rawValue).sorted().joined(separator: ", ")
    for method in all.subtracting(known) {
      router.on(RouterPath(path), method: method) { _, _ -> Response in
        throw Problem(
          .methodNotAllowed, "method-not-allowed", "here are only \(allowed)",
          headers: [.allow: allowed])
      }
    }
  }
}

extension Problem {
  static func unauthorized(_ detail: String) -> Problem {
    Problem(
      .unauthorized, "unauthorized", detail,
      headers: [.wwwAuthenticate: "Bearer realm=\"shardway\""])
  }
}

extension Caller? {
  /// The caller, if it has the role.
  @discardableResult
  func require(_ role: Role) throws -> Caller {
    guard let caller = self else {
      throw Problem.unauthorized("send a token with the role \(role.rawValue) or a higher one")
    }
    guard caller.role >= role else {
      throw Problem(
        .forbidden, "forbidden",
        "this needs the role \(role.rawValue); the token \(caller.name) has \(caller.role.rawValue)",
        extras: ["role": .string(role.rawValue)])
    }
    return caller
  }
}

/// What of the limits can be configured.
public struct ServerLimits: Hashable, Sendable {
  /// Largest body of a request, in bytes.
  public var bodyBytes = ControlLimits.bodyBytes
  /// Most connections of clients.
  public var connections = ControlLimits.connections
  /// Most long polls that wait at one time.
  public var waitingPolls = ControlLimits.waitingPolls
  /// Most event streams that are open at one time.
  public var eventStreams = ControlLimits.eventStreams
  /// Longest wait of a long poll.
  public var longestWait = ControlLimits.longestWait
  /// How long an answer is kept for its idempotency key.
  public var idempotencyRetention = ControlLimits.idempotencyRetention
  /// Time between two comments on a silent event stream.
  public var heartbeat = ControlLimits.heartbeat

  /// The standard limits.
  public init() {}
}
