/// What a client can describe or close.
public enum NamedObject: UInt8, Sendable, Hashable {
  /// `S`: a prepared statement.
  case statement = 0x53
  /// `P`: a portal, a statement with its values.
  case portal = 0x50

  /// Reads a body that is a kind and a name, as those of Describe and Close are.
  static func decode(
    _ type: UInt8, _ body: RawSpan
  ) throws(MessageBodyError) -> (kind: NamedObject, name: Range<Int>) {
    var reader = BodyReader(type: type, body)
    guard let kind = NamedObject(rawValue: try reader.uint8(body)) else {
      throw reader.error(.invalidValue, at: 0)
    }
    let name = try reader.name(body)
    try reader.expectEnd()
    return (kind, name)
  }
}
