internal import Hummingbird
internal import MapExchange

extension ControlAPI {
  var changesRoute: Route {
    Route(
      .post, "/v1/changes", "postChanges", role: .operator,
      "Makes up to \(ControlLimits.batchChanges) changes in one transaction, all or none, in their "
        + "order. Each needs the role that its resource needs.",
      parameters: Self.writeParameters.filter { $0.name != "If-Match" },
      body: .init(mediaType: "application/json", schema: "Changes"),
      answers: [.json(.ok, "All were made.", "ChangeResults")] + Self.writeProblems
    ) { try await change($0) }
  }

  private func change(_ call: Call) async throws -> Response {
    let bytes = try await call.body(upTo: limits.bodyBytes)
    let body = try call.json(bytes)
    guard let items = body["changes"]?.elements, body.fields?.count == 1 else {
      throw Problem.badRequest("the body should be {\"changes\": […]}")
    }
    guard (1...ControlLimits.batchChanges).contains(items.count) else {
      throw Problem(
        .unprocessableContent, "batch-size",
        "there are \(items.count) changes; a batch has 1 to \(ControlLimits.batchChanges)")
    }
    let changes = try items.enumerated().map { index, item in
      try Change(item: item, index: index)
    }
    for kind in Set(changes.map(\.key.kind)) { try call.caller.require(kind.writerRole) }
    return try await execute(changes, call, bytes) { .batch($0) }
  }
}

extension Change {
  /// Reads `{"put": "tenant/acme", "resource": {…}, "ifVersion": 3}`, `{"patch": …}` or
  /// `{"delete": "tenant/acme"}`; `ifVersion` 0 means that it must not be there.
  fileprivate init(item: JSONValue, index: Int) throws {
    func fault(_ text: String) -> Problem {
      Problem(
        .unprocessableContent, "invalid-change", "changes[\(index)]: \(text)",
        extras: ["index": .integer(Int64(index))])
    }
    let verbs = ["put", "patch", "delete"].filter { item[$0] != nil }
    guard let fields = item.fields, verbs.count == 1, let verb = verbs.first,
      let text = fields[verb]?.text
    else { throw fault("it should have one of put, patch and delete, with a key like tenant/acme") }
    guard let key = ResourceKey(text) else {
      throw fault("\"\(text)\" is no key; it should be like tenant/acme")
    }
    let known: Set = verb == "delete" ? [verb, "ifVersion"] : [verb, "ifVersion", "resource"]
    if let unknown = fields.keys.first(where: { !known.contains($0) }) {
      throw fault("the field \(unknown) is unknown here")
    }
    var condition = Condition.none
    if let given = fields["ifVersion"] {
      guard let version = given.number, version >= 0 else {
        throw fault("ifVersion should be a whole number, 0 or more")
      }
      condition = version == 0 ? .absent : .version(version)
    }
    if verb == "delete" {
      self.init(.delete, key, if: condition)
      return
    }
    guard let resource = fields["resource"] else { throw fault("the resource is missing") }
    self.init(verb == "put" ? .put(resource) : .patch(resource), key, if: condition)
  }
}
