internal import DataPlane
internal import Foundation
public import Hummingbird
internal import RouterAPI

/// The JSON API under `/api/v1`: read-only, and without secrets.
///
/// Within version 1 fields are added and never taken away or changed in their meaning.
public struct APIRoutes: RouteGroup {
  private let id: String

  /// The API of a router.
  ///
  /// - Parameter id: what the router is called among others.
  public init(id: String) { self.id = id }

  /// Adds `/api/v1/*`, and begins to keep the series of latencies.
  public func add(to routes: HTTPRoutes, of view: RouterView) {
    let answers = APIAnswers(view, id: id)
    let group = routes.group("/api/v1")
    add(group, "fleet") { _ in await answers.fleet() }
    add(group, "shards") { await answers.shards(limit: try $0.limit()) }
    add(group, "pools") { await answers.pools(limit: try $0.limit()) }
    add(group, "tenants") { _ in await answers.tenants() }
    add(group, "modes") { _ in await answers.modes() }
    add(group, "workers") { _ in await answers.workers() }
    add(group, "config") { _ in ConfigDocument(view.router) }
    add(group, "route") { await answers.route(of: try $0.tenant()) }
    add(group, "latency") { await answers.latency(after: try $0.moment()) }
  }

  private func add<Document: Encodable & SendableMetatype>(
    _ group: RouterGroup<BasicRequestContext>, _ path: RouterPath,
    _ answer: @escaping @Sendable (APIQuery) async throws -> Document
  ) {
    group.get(path) { request, _ in
      do {
        return try Response.json(try await answer(APIQuery(request)), "application/json")
      } catch let problem as ProblemDocument {
        return try Response.json(
          problem, "application/problem+json", status: .init(code: problem.status))
      }
    }
  }
}

/// What a request asks for in its query.
struct APIQuery {
  private let parameters: Parameters

  init(_ request: Request) { parameters = request.uri.queryParameters }

  /// How many rows.
  func limit() throws(ProblemDocument) -> Int {
    guard let text = parameters["limit"] else { return APILimits.rows }
    guard let limit = Int(text), 1...APILimits.mostRows ~= limit else {
      throw .badRequest("limit is \"\(text)\" and should be 1 to \(APILimits.mostRows)")
    }
    return limit
  }

  /// From when on, in milliseconds since 1970.
  func moment() throws(ProblemDocument) -> Int64 {
    guard let text = parameters["after"] else { return 0 }
    guard let moment = Int64(text), moment >= 0 else {
      throw .badRequest("after is \"\(text)\" and should be milliseconds since 1970")
    }
    return moment
  }

  /// A tenant's id.
  func tenant() throws(ProblemDocument) -> [UInt8] {
    guard let tenant = parameters["tenant"], !tenant.isEmpty else {
      throw .badRequest("the parameter tenant is missing: name one, as in route?tenant=acme")
    }
    guard tenant.utf8.count <= APILimits.tenantBytes else {
      throw .badRequest("no tenant's id is longer than \(APILimits.tenantBytes) bytes")
    }
    return Array(tenant.utf8)
  }
}

extension ProblemDocument {
  static func badRequest(_ detail: String) -> ProblemDocument {
    ProblemDocument(status: 400, title: "Bad Request", detail: detail)
  }
}

extension Response {
  /// A document, never kept by anybody on its way.
  static func json(
    _ document: some Encodable, _ mediaType: String, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Response(
      status: status,
      headers: [
        .contentType: mediaType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
      ], body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(document))))
  }
}
