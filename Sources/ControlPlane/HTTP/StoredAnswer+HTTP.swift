internal import HTTPTypes
internal import Hummingbird
internal import MapExchange
internal import ShardMap

extension StoredAnswer {
  /// The answer to a change of one resource.
  static func single(_ outcome: Committed.Outcome, _ committed: Committed) -> StoredAnswer {
    var headers = mapHeaders(committed)
    headers.append(["ETag", "\"\(outcome.version)\""])
    guard let resource = outcome.resource else {
      return StoredAnswer(status: 204, headers: headers, body: [])
    }
    headers.append(["Content-Type", "application/json"])
    if outcome.kind == .created {
      headers.append(["Location", "/v1/\(outcome.key.kind.plural)/\(outcome.key.id)"])
    }
    return StoredAnswer(
      status: outcome.kind == .created ? 201 : 200, headers: headers,
      body: resource.fields.with(version: outcome.version).canonical)
  }

  /// The answer to a request without changes.
  static func empty(_ committed: Committed) -> StoredAnswer {
    StoredAnswer(status: 204, headers: mapHeaders(committed), body: [])
  }

  /// The answer to a batch.
  static func batch(_ committed: Committed) -> StoredAnswer {
    let results = committed.outcomes.map { outcome -> JSONValue in
      [
        "key": .string(outcome.key.description),
        "result": .string(outcome.kind?.rawValue ?? "unchanged"),
        "version": .integer(outcome.version),
      ]
    }
    let body: JSONValue = [
      "mapVersion": .integer(committed.head.sequence), "results": .array(results),
    ]
    return StoredAnswer(
      status: 200, headers: mapHeaders(committed) + [["Content-Type", "application/json"]],
      body: body.canonical)
  }

  /// A refusal, kept like any other answer.
  static func problem(_ problem: Problem, path: String) -> StoredAnswer {
    StoredAnswer(
      status: problem.status.code,
      headers: problem.headers.map { [$0.name.rawName, $0.value] }
        + [["Content-Type", "application/problem+json"]],
      body: problem.body(path: path))
  }

  private static func mapHeaders(_ committed: Committed) -> [[String]] {
    [
      [HTTPField.Name.mapVersion.rawName, String(committed.head.sequence)],
      [HTTPField.Name.mapRoot.rawName, committed.head.root.description],
      [HTTPField.Name.eventSequence.rawName, String(committed.head.sequence)],
      [HTTPField.Name.committedAt.rawName, String(committed.head.committed.microseconds)],
    ]
  }
}

extension Executed {
  /// The answer as it is sent.
  var response: Response {
    var fields: HTTPFields = [:]
    for pair in answer.headers {
      if let name = pair.first.flatMap({ HTTPField.Name($0) }), let value = pair.last {
        fields[name] = value
      }
    }
    if let committed { fields[.committedAt] = String(committed.microseconds) }
    if isRepeated { fields[.idempotencyReplayed] = "true" }
    return Response(
      status: .init(code: answer.status), headers: fields,
      body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}
