/// Writes JSON into bytes, without a tree of values in between.
///
/// The caller says where objects and arrays begin and end; commas come by themselves.
public struct JSONText: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Nothing is written yet.
  public init() {}

  /// Begins an object, as a value or under a key.
  public mutating func beginObject(_ key: StaticString? = nil) { open(key, UInt8(ascii: "{")) }

  /// Ends an object.
  public mutating func endObject() { close(UInt8(ascii: "}")) }

  /// Begins an array, as a value or under a key.
  public mutating func beginArray(_ key: StaticString? = nil) { open(key, UInt8(ascii: "[")) }

  /// Ends an array.
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Adds a member that is a text.
  public mutating func add(_ key: StaticString, _ value: String) {
    begin(key)
    append(quoted: value)
    needsComma = true
  }

  /// Adds a member whose key is known at run time only.
  public mutating func add(key: String, _ value: String) {
    comma()
    append(quoted: key)
    bytes.append(UInt8(ascii: ":"))
    append(quoted: value)
    needsComma = true
  }

  /// Adds a member that is a whole number.
  public mutating func add(_ key: StaticString, _ value: some BinaryInteger) {
    begin(key)
    bytes.append(contentsOf: String(value).utf8)
    needsComma = true
  }

  private mutating func open(_ key: StaticString?, _ bracket: UInt8) {
    if let key { begin(key) } else { comma() }
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func begin(_ key: StaticString) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20, 0x7F:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.digit(byte >> 4))
        bytes.append(Self.digit(byte & 0xF))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
