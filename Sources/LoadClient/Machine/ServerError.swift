internal import Wire

/// What a client of a load wants to know of an error: read leniently, since the end may be missing.
struct ServerError {
  private(set) var severity = ""
  private(set) var message = ""
  private(set) var failure = Failure(.protocolViolation)

  /// Whether the session ends with it.
  var endsSession: Bool { severity == "FATAL" || severity == "PANIC" }
  /// `ERROR 42P01: relation "a" does not exist`.
  var text: String { "\(severity) \(failure.name): \(message)" }

  /// Reads the fields of an `E` message's body: a type byte and terminated text each.
  init(_ body: RawSpan) {
    var offset = 0
    while offset < body.byteCount {
      let field = body.byte(at: offset)
      let start = offset + 1
      offset = start
      while offset < body.byteCount, body.byte(at: offset) != 0 { offset += 1 }
      // The last field may be cut off.
      if field == 0 || start > body.byteCount { return }
      take(field, body.extracting(start..<offset))
      offset += 1
    }
  }

  private mutating func take(_ field: UInt8, _ value: RawSpan) {
    switch field {
    case UInt8(ascii: "S"):
      if severity.isEmpty { severity = Self.text(value) }
    case UInt8(ascii: "V"):
      // The same, never translated.
      severity = Self.text(value)
    case UInt8(ascii: "C"):
      if let state = SQLState(value.copy(of: 0..<value.byteCount)) {
        failure = Failure(sqlState: state)
      }
    case UInt8(ascii: "M"):
      message = Self.text(value)
    default:
      break
    }
  }

  private static func text(_ value: RawSpan) -> String {
    String(decoding: value.copy(of: 0..<value.byteCount), as: UTF8.self)
  }
}
