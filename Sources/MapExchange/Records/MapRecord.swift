/// A resource as it travels: one object of canonical JSON (RFC 8785, integers only) with its `id`
/// and `kind`.
///
/// The bytes stay as they were received, fields that nobody here knows included: they are what is
/// hashed.
public struct MapRecord: Hashable, Sendable {
  /// Which resource it is.
  public let key: ResourceKey
  /// The canonical JSON, without a line end.
  public let bytes: [UInt8]

  /// A resource as a record.
  public init(_ resource: MapResource) {
    key = resource.key
    bytes = resource.canonicalBytes
  }

  /// A record from its bytes.
  ///
  /// - Throws: ``ExchangeError/malformed(line:reason:)`` when they aren't canonical, or have no
  ///   known kind or no valid id; ``ExchangeError/tooLarge(_:limit:)`` over the standard limit.
  /// - Complexity: linear; about a microsecond for a tenant.
  public init(canonical bytes: [UInt8]) throws(ExchangeError) {
    try self.init(bytes, line: 0)
  }

  init(_ bytes: [UInt8], line: Int) throws(ExchangeError) {
    guard bytes.count <= ExchangeLimits.standard.lineBytes else {
      throw .tooLarge("a record", limit: ExchangeLimits.standard.lineBytes)
    }
    do throws(JSONFault) {
      try CanonicalScanner.check(bytes)
    } catch {
      throw .malformed(line: line, reason: error.text)
    }
    guard var fields = JSONView(checked: bytes).fields, let id = fields.take("id")?.string,
      let kind = fields.take("kind")?.string
    else { throw .malformed(line: line, reason: "a record is an object with an id and a kind") }
    guard let kind = ResourceKind(rawValue: kind) else {
      throw .malformed(line: line, reason: "the kind \"\(kind)\" is unknown")
    }
    guard ResourceKey.isID(id.utf8) else {
      throw .malformed(line: line, reason: "\"\(id)\" is no valid id")
    }
    key = ResourceKey(kind: kind, id: id)
    self.bytes = bytes
  }

  /// What the record is in the tree whose root is signed. Computed each time: one SHA-256.
  public var leaf: RecordLeaf { RecordLeaf(hashing: bytes) }

  /// What the record says.
  ///
  /// - Throws: ``ExchangeError/malformed(line:reason:)`` when a field is missing or mistyped.
  ///   Unknown fields are passed over.
  public func resource() throws(ExchangeError) -> MapResource {
    try MapResource(self)
  }
}
