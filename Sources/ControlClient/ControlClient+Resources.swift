public import MapExchange

/// A resource as the control plane keeps it.
public struct ControlResource: Hashable, Sendable {
  /// What it is and its id.
  public var key: ResourceKey
  /// Grows with each change of this resource; from 1.
  public var version: UInt64
  /// Every field, also those of a newer control plane that this program doesn't know.
  public var fields: [String: JSONValue]
}

/// A part of a listing, in the order of the ids.
public struct ControlPage: Sendable {
  /// The resources.
  public var items: [ControlResource]
  /// What `after` takes for the next part; nil at the end.
  public var next: String?
}

/// What a write came to.
public struct WriteReceipt: Hashable, Sendable {
  /// The version of the resource, where one was written.
  public var version: UInt64?
  /// The version of the map that contains the change.
  public var mapVersion: UInt64?
  /// When the transaction had committed, in microseconds since 1970.
  public var committedAtMicroseconds: Int64?
}

extension ResourceKind {
  /// The folder of the kind in the control plane's interface, such as `policies`.
  var collection: String {
    switch self {
    case .policy: "policies"
    default: "\(rawValue)s"
    }
  }
}

extension ResourceKey {
  var path: String { "/v1/\(kind.collection)/\(ControlRequest.escaped(id))" }
}

extension ControlClient {
  /// A part of the resources of a kind.
  ///
  /// - Parameters:
  ///   - kind: what to list.
  ///   - after: an id; the listing begins behind it.
  ///   - limit: how many at most.
  /// - Returns: the part, and where the next one begins.
  /// - Throws: `ControlClientError`.
  public func list(
    _ kind: ResourceKind, after: String? = nil, limit: Int = ControlLimits.page
  ) async throws(ControlClientError) -> ControlPage {
    var request = ControlRequest.get("/v1/\(kind.collection)", query: [("limit", "\(limit)")])
    if let after { request.query.append(("after", after)) }
    let json = try await send(request).json(of: request)
    guard let items = json["items"]?.array else {
      throw .unexpectedAnswer(request: request.name, reason: "it has no list `items`")
    }
    var page = ControlPage(items: [], next: json["next"]?.string)
    for item in items { page.items.append(try Self.resource(item, kind, request)) }
    // A server that names the same place for ever would be listed for ever.
    guard page.next == nil || page.next != after else {
      throw .unexpectedAnswer(request: request.name, reason: "the listing does not advance")
    }
    return page
  }

  /// All resources of a kind, asked for part by part.
  public func listAll(_ kind: ResourceKind) async throws(ControlClientError) -> [ControlResource] {
    var items: [ControlResource] = []
    var after: String?
    repeat {
      let page = try await list(kind, after: after)
      items += page.items
      after = page.next
    } while after != nil
    return items
  }

  /// One resource.
  ///
  /// - Throws: `ControlClientError.problem` with status 404 when there is none.
  public func get(_ key: ResourceKey) async throws(ControlClientError) -> ControlResource {
    let request = ControlRequest.get(key.path)
    let answer = try await send(request)
    var resource = try Self.resource(answer.json(of: request), key.kind, request)
    if let version = answer.entityVersion { resource.version = version }
    return resource
  }

  /// Creates or replaces a resource.
  ///
  /// - Parameters:
  ///   - key: what it is.
  ///   - fields: as in a map document; those that the control plane manages may be left out.
  ///   - condition: whether it creates or replaces.
  ///   - note: what goes into the event log beside it.
  /// - Returns: the versions of the resource and of the map.
  /// - Throws: `ControlClientError`; its problem has status 412 when the condition isn't met.
  @discardableResult
  public func put(
    _ key: ResourceKey, _ fields: [String: JSONValue], if condition: WriteCondition,
    note: WriteNote = WriteNote()
  ) async throws(ControlClientError) -> WriteReceipt {
    let request = ControlRequest.write(
      .put, key.path, body: .object(fields), condition: condition, note: note)
    return try await send(request).receipt
  }

  /// Changes some fields of a resource (RFC 7396): null removes one.
  @discardableResult
  public func patch(
    _ key: ResourceKey, _ fields: [String: JSONValue], if condition: WriteCondition = .ifPresent,
    note: WriteNote = WriteNote()
  ) async throws(ControlClientError) -> WriteReceipt {
    let request = ControlRequest.write(
      .patch, key.path, body: .object(fields), mediaType: "application/merge-patch+json",
      condition: condition, note: note)
    return try await send(request).receipt
  }

  /// Deletes a resource, which must not be in use.
  @discardableResult
  public func delete(
    _ key: ResourceKey, if condition: WriteCondition = .ifPresent, note: WriteNote = WriteNote()
  ) async throws(ControlClientError) -> WriteReceipt {
    let request = ControlRequest.write(
      .delete, key.path, body: nil, condition: condition, note: note)
    return try await send(request).receipt
  }

  private static func resource(
    _ json: JSONValue, _ kind: ResourceKind, _ request: ControlRequest
  ) throws(ControlClientError) -> ControlResource {
    guard var fields = json.object, let id = fields["id"]?.string else {
      throw .unexpectedAnswer(request: request.name, reason: "a resource has no `id`")
    }
    let version = fields.removeValue(forKey: "version")?.integer ?? 0
    return ControlResource(
      key: ResourceKey(kind: kind, id: id), version: UInt64(clamping: version), fields: fields)
  }
}

extension ControlAnswer {
  /// The resource's version, which is its entity tag.
  var entityVersion: UInt64? {
    header("ETag").flatMap { UInt64($0.filter { $0 != "\"" }) }
  }

  var receipt: WriteReceipt {
    WriteReceipt(
      version: entityVersion, mapVersion: header("Shardway-Map-Version").flatMap { UInt64($0) },
      committedAtMicroseconds: header("Shardway-Committed-At").flatMap { Int64($0) })
  }
}
