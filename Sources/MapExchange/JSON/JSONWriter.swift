/// Writes canonical JSON. Whoever calls it names an object's fields in order; a string of any
/// content is escaped as RFC 8785 section 3.2.2.2 says.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  /// Whether a comma comes before the next field or element.
  private var wantsComma = false

  mutating func beginObject() { open(UInt8(ascii: "{")) }
  mutating func endObject() { close(UInt8(ascii: "}")) }
  mutating func beginList() { open(UInt8(ascii: "[")) }
  mutating func endList() { close(UInt8(ascii: "]")) }

  mutating func name(_ name: StaticString) {
    separate()
    quote(String(describing: name))
    bytes.append(UInt8(ascii: ":"))
    wantsComma = false
  }

  mutating func string(_ text: String) {
    separate()
    quote(text)
    wantsComma = true
  }

  mutating func integer(_ value: some FixedWidthInteger) {
    separate()
    bytes.append(contentsOf: String(value).utf8)
    wantsComma = true
  }

  mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
    wantsComma = true
  }

  mutating func field(_ name: StaticString, _ text: String) {
    self.name(name)
    string(text)
  }

  mutating func field(_ name: StaticString, _ value: some FixedWidthInteger) {
    self.name(name)
    integer(value)
  }

  mutating func field(_ name: StaticString, _ value: Bool) {
    self.name(name)
    bool(value)
  }

  mutating func field(_ name: StaticString, _ texts: [String]) {
    self.name(name)
    beginList()
    for text in texts { string(text) }
    endList()
  }

  private mutating func separate() {
    if wantsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func open(_ byte: UInt8) {
    separate()
    bytes.append(byte)
    wantsComma = false
  }

  private mutating func close(_ byte: UInt8) {
    bytes.append(byte)
    wantsComma = true
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes.append(UInt8(ascii: "\\"))
        if let letter = JSONText.shortEscape(of: byte) {
          bytes.append(letter)
        } else {
          bytes.append(contentsOf: "u00".utf8)
          bytes.append(contentsOf: (byte < 16 ? "0" : "").utf8)
          bytes.append(contentsOf: String(byte, radix: 16).utf8)
        }
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
