public import MapExchange

/// One of several changes in a transaction.
public enum ControlChange: Hashable, Sendable {
  /// Creates or replaces a resource.
  case put(ResourceKey, fields: [String: JSONValue], ifVersion: UInt64? = nil)
  /// Deletes one.
  case delete(ResourceKey, ifVersion: UInt64? = nil)

  var json: JSONValue {
    var fields: [String: JSONValue]
    let condition: UInt64?
    switch self {
    case .put(let key, let resource, let ifVersion):
      fields = ["put": .string("\(key)"), "resource": .object(resource)]
      condition = ifVersion
    case .delete(let key, let ifVersion):
      fields = ["delete": .string("\(key)")]
      condition = ifVersion
    }
    if let condition { fields["ifVersion"] = .integer(Int64(clamping: condition)) }
    return .object(fields)
  }
}

extension ControlClient {
  /// Makes several changes, all of them or none.
  ///
  /// - Parameters:
  ///   - changes: 1 to `ControlLimits.changes`.
  ///   - note: what goes into the event log beside them.
  /// - Returns: the version of the map that contains them all.
  /// - Throws: `ControlClientError`.
  @discardableResult
  public func change(
    _ changes: [ControlChange], note: WriteNote = WriteNote()
  ) async throws(ControlClientError) -> WriteReceipt {
    guard (1...ControlLimits.changes).contains(changes.count) else {
      throw .request(
        reason: "\(changes.count) changes can't be made at once: 1 to \(ControlLimits.changes)"
          + " make a transaction; send them in parts")
    }
    let body = JSONValue.object(["changes": .array(changes.map(\.json))])
    return try await send(.write(.post, "/v1/changes", body: body, note: note)).receipt
  }
}
