internal import Wire

/// The one row of an answer to the query for a verifier: two columns as text.
struct VerifierRow {
  let role: [UInt8]
  /// nil where the role has no password.
  let verifier: [UInt8]?

  private static let columns = 2

  /// Reads the body of a DataRow.
  init(_ body: RawSpan) throws(AuthQueryError) {
    var reader = RowReader(type: BackendMessageType.dataRow)
    let count = try reader.integer(body, bytes: 2)
    if count != Self.columns { throw .columns(count) }
    guard let role = try Self.value(&reader, body) else { throw .otherRole }
    self.role = role
    verifier = try Self.value(&reader, body)
    try reader.expectEnd(body)
  }

  private static func value(
    _ reader: inout RowReader, _ body: RawSpan
  ) throws(AuthQueryError) -> [UInt8]? {
    let length = try reader.integer(body, bytes: 4)
    return length == 0xFFFF_FFFF ? nil : body.copy(of: try reader.take(length, of: body))
  }

  /// Reads the body of a RowDescription.
  ///
  /// - Throws: unless it describes two columns.
  static func checkDescription(_ body: RawSpan) throws(AuthQueryError) {
    var reader = RowReader(type: BackendMessageType.rowDescription)
    let count = try reader.integer(body, bytes: 2)
    if count != columns { throw .columns(count) }
    for _ in 0..<count {
      while try reader.integer(body, bytes: 1) != 0 {}
      // Table, column, type, its length and modifier, format.
      _ = try reader.take(18, of: body)
    }
    try reader.expectEnd(body)
  }
}

/// Reads the fields of one body in order, never past its end.
private struct RowReader {
  let type: UInt8
  private var offset = 0

  init(type: UInt8) { self.type = type }

  /// The next `count` bytes.
  mutating func take(_ count: Int, of body: RawSpan) throws(AuthQueryError) -> Range<Int> {
    guard count <= body.byteCount - offset else { throw .malformed(type: type) }
    defer { offset += count }
    return offset..<(offset + count)
  }

  /// An integer without sign, most significant byte first.
  mutating func integer(_ body: RawSpan, bytes count: Int) throws(AuthQueryError) -> Int {
    try take(count, of: body).reduce(0) { $0 << 8 | Int(body.byte(at: $1)) }
  }

  func expectEnd(_ body: RawSpan) throws(AuthQueryError) {
    if offset != body.byteCount { throw .malformed(type: type) }
  }
}
