internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import MapExchange

extension ResourceKind {
  /// The kind in paths.
  var plural: String {
    switch self {
    case .policy: "policies"
    case .region, .zone, .instance, .shard, .pool, .tenant: rawValue + "s"
    }
  }

  /// Who may change resources of the kind: daily life, or what everything stands on.
  var writerRole: Role {
    switch self {
    case .instance, .shard, .tenant: .operator
    case .region, .zone, .policy, .pool: .admin
    }
  }

  /// The kind's name in names of operations and schemas.
  var typeName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension ControlAPI {
  var resourceRoutes: [Route] { ResourceKind.allCases.flatMap { routes(of: $0) } }

  private func routes(of kind: ResourceKind) -> [Route] {
    let path = "/v1/\(kind.plural)"
    let name = kind.typeName
    let role = kind.writerRole
    return [
      Route(
        .get, path, "list\(kind.plural.prefix(1).uppercased() + kind.plural.dropFirst())",
        role: .reader, "Lists \(kind.plural) in the order of their ids.",
        parameters: Self.pageParameters(after: "The id after which the page begins."),
        answers: [.json(.ok, "A page.", "\(name)Page")]
      ) { try await list(kind, $0) },
      Route(
        .get, path + "/{id}", "get\(name)", role: .reader, "Reads one \(kind.rawValue).",
        answers: [
          .json(.ok, "The \(kind.rawValue).", name), .problem(.notFound, "It isn't there."),
        ]
      ) { try await get(kind, $0) },
      Route(
        .put, path + "/{id}", "put\(name)", role: role, "Creates or replaces one \(kind.rawValue).",
        parameters: Self.writeParameters + [
          .header("If-None-Match", "`*`: only if it isn't there.")
        ], body: .init(mediaType: "application/json", schema: name),
        answers: [.json(.ok, "Replaced, or so already.", name), .json(.created, "Created.", name)]
          + Self.writeProblems
      ) { try await write($0, kind) { .put(try $0.json($1)) } },
      Route(
        .patch, path + "/{id}", "patch\(name)", role: role,
        "Changes fields of one \(kind.rawValue) (JSON merge patch, RFC 7396).",
        parameters: Self.writeParameters,
        body: .init(mediaType: "application/merge-patch+json", schema: "\(name)Patch"),
        answers: [.json(.ok, "Changed, or so already.", name)] + Self.writeProblems
      ) { try await write($0, kind) { .patch(try $0.json($1)) } },
      Route(
        .delete, path + "/{id}", "delete\(name)", role: role, "Deletes one \(kind.rawValue).",
        parameters: Self.writeParameters,
        answers: [.empty(.noContent, "Deleted.")] + Self.writeProblems
      ) { try await write($0, kind) { _, _ in .delete } },
    ]
  }

  static func pageParameters(after: String) -> [Route.Parameter] {
    [
      .pageLimit(of: "Items"),
      .query("after", after, ["type": "string"]),
    ]
  }

  static var writeParameters: [Route.Parameter] {
    [
      .header(
        "If-Match",
        "The version that is changed, as an entity tag, or `*` for any. "
          + "Required to change what is there."),
      .header("Idempotency-Key", "The same key and request get the same answer."),
      .header("Shardway-Why", "The reason, for the log."),
      .header("X-Correlation-ID", "Ties the events to something larger; made if absent."),
    ]
  }

  static var writeProblems: [Route.Answer] {
    [
      .problem(.notFound, "It isn't there."),
      .problem(.conflict, "Others refer to it, or another resource has what only one may have."),
      .problem(.preconditionFailed, "It has another version."),
      .problem(.preconditionRequired, "It is there: say which version is meant."),
      .problem(.contentTooLarge, "The body is too large."),
      .problem(.unprocessableContent, "A field can't be right."),
    ]
  }

  private func list(_ kind: ResourceKind, _ call: Call) async throws -> Response {
    let limit = Int(
      try call.number(
        "limit", 1...Int64(ControlLimits.pageItems), Int64(ControlLimits.standardPageItems)))
    let found = try await store.resources(
      of: kind, after: call.text("after") ?? "", limit: limit + 1)
    let page = found.prefix(limit)
    let next = found.count > limit ? page.last.map { JSONValue.string($0.record.key.id) } : nil
    return .json(["items": .array(page.map(\.body)), "next": next ?? .null])
  }

  private func get(_ kind: ResourceKind, _ call: Call) async throws -> Response {
    let key = ResourceKey(kind: kind, id: call.parameter("id"))
    guard let stored = try await store.resource(key) else { throw Refusal.notFound(key) }
    let etag = "\"\(stored.version)\""
    if call.headers[.ifNoneMatch] == etag {
      return Response(status: .notModified, headers: [.eTag: etag])
    }
    return .json(stored.body, headers: [.eTag: etag])
  }

  private func write(
    _ call: Call, _ kind: ResourceKind,
    _ intent: @Sendable (Call, [UInt8]) throws -> Change.Intent
  ) async throws -> Response {
    let bytes = try await call.body(upTo: limits.bodyBytes)
    let key = ResourceKey(kind: kind, id: call.parameter("id"))
    let change = Change(try intent(call, bytes), key, if: try call.condition())
    return try await execute([change], call, bytes) { committed in
      guard let outcome = committed.outcomes.first else { return .empty(committed) }
      return .single(outcome, committed)
    }
  }

  /// Runs a command and turns what came of it into the answer, which is kept under its key.
  func execute(
    _ changes: [Change], _ call: Call, _ bytes: [UInt8],
    answer: @escaping @Sendable (Committed) -> StoredAnswer
  ) async throws -> Response {
    let caller = try call.caller.require(.operator)
    let author = Author(
      name: caller.name, correlationID: call.correlationID,
      why: try call.header(.why, upTo: ControlLimits.whyBytes))
    let key = try call.header(.idempotencyKey, upTo: ControlLimits.tokenBytes).map {
      IdempotencyKey(actor: caller.name, key: $0, requestDigest: call.digest(bytes))
    }
    let path = call.request.uri.path
    let executed = try await store.execute(
      Command(changes, by: author, idempotency: key), retention: limits.idempotencyRetention
    ) { result in
      switch result {
      case .success(let committed): answer(committed)
      case .failure(let error): .problem(Problem(error), path: path)
      }
    }
    return executed.response
  }
}

extension Call {
  /// What the preconditions of RFC 9110 section 13 ask for.
  func condition() throws -> Condition {
    if let none = headers[.ifNoneMatch] {
      guard none == "*", request.method == .put, headers[.ifMatch] == nil else {
        throw Problem.badRequest("If-None-Match can only be * here, with PUT and without If-Match")
      }
      return .absent
    }
    guard let match = headers[.ifMatch] else { return .stated }
    if match == "*" { return .present }
    guard match.count > 2, match.hasPrefix("\""), match.hasSuffix("\""),
      let version = Int64(match.dropFirst().dropLast()), version > 0
    else { throw Problem.badRequest("If-Match should be * or a version such as \"3\" in quotes") }
    return .version(version)
  }

  /// What makes a request the same request.
  func digest(_ body: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    let parts = [
      request.method.rawValue, target, headers[.ifMatch] ?? "", headers[.ifNoneMatch] ?? "",
      headers[.why] ?? "",
    ]
    for part in parts { hash.update(data: Data("\(part.utf8.count):\(part)".utf8)) }
    hash.update(data: body)
    return Array(hash.finalize())
  }
}

extension StoredRecord {
  /// The resource as the API shows it, with its version.
  var body: JSONValue { record.fields.with(version: version) }
}

extension JSONValue {
  func with(version: Int64) -> JSONValue {
    guard var fields else { return self }
    fields["version"] = .integer(version)
    return .object(fields)
  }
}
