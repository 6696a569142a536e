/// Writes canonical JSON (RFC 8785, of which only integers are needed): fields in order, no blanks.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

  /// Bytes that are canonical JSON already, or a piece of it.
  mutating func raw(_ piece: some Sequence<UInt8>) { bytes.append(contentsOf: piece) }

  mutating func raw(_ piece: StaticString) {
    piece.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): raw("\\\"")
      case UInt8(ascii: "\\"): raw("\\\\")
      case 0x08: raw("\\b")
      case 0x09: raw("\\t")
      case 0x0a: raw("\\n")
      case 0x0c: raw("\\f")
      case 0x0d: raw("\\r")
      case ..<0x20:
        raw("\\u00")
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let flag): raw(flag ? "true" : "false")
    case .integer(let number): raw(String(number).utf8)
    case .string(let text): string(text)
    case .array(let elements):
      raw("[")
      for (place, element) in elements.enumerated() {
        if place > 0 { raw(",") }
        self.value(element)
      }
      raw("]")
    case .object(let fields): object(fields)
    }
  }

  private mutating func object(_ fields: [String: JSONValue]) {
    raw("{")
    var isFirst = true
    // Names are ASCII here, so the order of bytes is that of UTF-16 which the RFC asks for.
    for (name, value) in fields.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      if !isFirst { raw(",") }
      isFirst = false
      string(name)
      raw(":")
      self.value(value)
    }
    raw("}")
  }

  private static let digits = Array("0123456789abcdef".utf8)
}

extension JSONValue {
  /// The canonical bytes: equal values, equal bytes.
  public var canonical: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }
}
