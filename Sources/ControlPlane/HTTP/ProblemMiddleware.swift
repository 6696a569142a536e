internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// What ties log lines, events and an answer to one request.
enum CorrelationID {
  @TaskLocal static var current: String?
}

/// Around every request: its correlation id, its problem if it has one, its line in the log.
struct ProblemMiddleware: RouterMiddleware {
  typealias Context = BasicRequestContext

  let api: ControlAPI

  func handle(
    _ request: Request, context: BasicRequestContext,
    next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    api.meter.count()
    let start = ContinuousClock.now
    let id = Self.correlationID(of: request)
    var response: Response
    do {
      response = try await CorrelationID.$current.withValue(id) {
        try await next(request, context)
      }
    } catch {
      let problem = Problem(error)
      if problem.status.kind == .serverError {
        api.logger.error("\(request.method) \(request.uri.path): \(problem.detail)")
      }
      response = problem.response(path: request.uri.path)
    }
    response.headers[.correlationID] = id
    if api.signal.isClosed { response.headers[.connection] = "close" }
    api.logger.debug(
      "\(request.method) \(request.uri.path) \(response.status.code) in \(ContinuousClock.now - start)",
      metadata: ["correlation": "\(id)"])
    return response
  }

  /// The client's id if it is one to write down, or a new one.
  private static func correlationID(of request: Request) -> String {
    if let given = request.headers[.correlationID],
      (1...ControlLimits.tokenBytes).contains(given.utf8.count),
      given.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    {
      return given
    }
    return UUID().uuidString.lowercased()
  }
}
