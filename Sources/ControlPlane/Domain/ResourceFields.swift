public import MapExchange

extension MapRecord {
  /// The resource as the API shows it: the record's fields, without the kind that its address says.
  public var fields: JSONValue {
    // A record's bytes are canonical JSON by its own invariant.
    guard let value = try? JSONValue(json: bytes), var fields = value.fields else { return .null }
    fields["kind"] = nil
    return .object(fields)
  }
}

extension MapResource {
  /// The resource as the API shows it.
  public var fields: JSONValue { MapRecord(self).fields }
}
