public import MapExchange

extension MapResource {
  /// The fields as the control plane takes them. Those that it manages by itself are left out:
  /// `generation` and `epoch`.
  public var controlFields: [String: JSONValue] {
    let value = try? JSONValue(parsing: MapRecord(self).bytes)
    guard case .object(var fields) = value else {
      preconditionFailure("a record is an object of JSON")
    }
    for name in ["kind", "generation", "epoch"] { fields[name] = nil }
    return fields
  }
}

extension ControlClient {
  /// Creates or replaces a resource.
  @discardableResult
  public func put(
    _ resource: MapResource, if condition: WriteCondition, note: WriteNote = WriteNote()
  ) async throws(ControlClientError) -> WriteReceipt {
    try await put(resource.key, resource.controlFields, if: condition, note: note)
  }
}

extension ControlChange {
  /// Creates or replaces a resource.
  public static func put(_ resource: MapResource, ifVersion: UInt64? = nil) -> ControlChange {
    .put(resource.key, fields: resource.controlFields, ifVersion: ifVersion)
  }
}
