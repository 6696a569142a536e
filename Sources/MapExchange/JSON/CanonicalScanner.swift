/// Checks that bytes are one value of canonical JSON: RFC 8785 with integers only.
///
/// Names are in order and there once, nothing is blank, strings have the shortest escapes, text is
/// UTF-8. Integers are exact in 64 bits, also beyond the 2^53 up to which RFC 8785's are.
struct CanonicalScanner {
  private let bytes: [UInt8]
  private var place = 0

  /// - Complexity: linear; no allocation but for names with escapes or beyond ASCII.
  static func check(_ bytes: [UInt8]) throws(JSONFault) {
    guard (try? UTF8Span(validating: bytes.span)) != nil else {
      throw JSONFault(offset: 0, reason: "the text is not UTF-8")
    }
    var scanner = CanonicalScanner(bytes: bytes)
    try scanner.value(depth: 0)
    guard scanner.place == bytes.count else { throw scanner.fault("something follows the value") }
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private func fault(_ reason: String) -> JSONFault {
    JSONFault(offset: place, reason: reason)
  }

  /// The next byte, or 0 at the end: no byte 0 is valid anywhere.
  private var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONFault) {
    switch next {
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "{"): try object(depth: depth)
    case UInt8(ascii: "["): try list(depth: depth)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: throw fault("a value without blanks around it was expected")
    }
  }

  private mutating func object(depth: Int) throws(JSONFault) {
    guard depth < ExchangeLimits.depth else { throw fault("it is nested too deeply") }
    place += 1
    if skip(UInt8(ascii: "}")) { return }
    var previous: Range<Int>?
    repeat {
      let name = try string()
      if let previous, JSONNames.compare(bytes[previous], bytes[name]) != .before {
        throw fault("a name is there twice or out of order")
      }
      previous = name
      guard skip(UInt8(ascii: ":")) else { throw fault("a colon was expected") }
      try value(depth: depth + 1)
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw fault("a comma or a closing brace was expected") }
  }

  private mutating func list(depth: Int) throws(JSONFault) {
    guard depth < ExchangeLimits.depth else { throw fault("it is nested too deeply") }
    place += 1
    if skip(UInt8(ascii: "]")) { return }
    repeat { try value(depth: depth + 1) } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw fault("a comma or a closing bracket was expected") }
  }

  /// Where the string lies, without its quotes.
  @discardableResult
  private mutating func string() throws(JSONFault) -> Range<Int> {
    guard skip(UInt8(ascii: "\"")) else { throw fault("a string was expected") }
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        place += 1
        return start..<place - 1
      }
      if byte == UInt8(ascii: "\\") {
        try escape()
      } else if byte < 0x20 {
        throw fault("a control character must be escaped")
      } else {
        place += 1
      }
    }
    throw fault("a string doesn't end")
  }

  private mutating func escape() throws(JSONFault) {
    place += 1
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "t"),
      UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "r"):
      place += 1
    case UInt8(ascii: "u"):
      guard place + 4 < bytes.count, bytes[place + 1] == UInt8(ascii: "0"),
        bytes[place + 2] == UInt8(ascii: "0"),
        bytes[place + 3] == UInt8(ascii: "0") || bytes[place + 3] == UInt8(ascii: "1"),
        let low = Self.digit(bytes[place + 4])
      else { throw fault("only control characters are escaped by number, in lower case") }
      let code = (bytes[place + 3] - UInt8(ascii: "0")) << 4 | low
      guard JSONText.shortEscape(of: code) == nil else {
        throw fault("the character has a shorter escape")
      }
      place += 5
    default: throw fault("the escape is unknown or needless")
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  private mutating func number() throws(JSONFault) {
    let isNegative = skip(UInt8(ascii: "-"))
    let start = place
    var magnitude: UInt64 = 0
    while case UInt8(ascii: "0")...UInt8(ascii: "9") = next {
      let (shifted, over) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(UInt64(next - UInt8(ascii: "0")))
      guard !over, !carry else { throw fault("the number is out of range") }
      magnitude = sum
      place += 1
    }
    guard place > start else { throw fault("a digit was expected") }
    guard place == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw fault("a number begins with a needless zero")
    }
    guard !isNegative || (1...Int64.min.magnitude).contains(magnitude) else {
      throw fault("the number is out of range")
    }
    switch next {
    case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      throw fault("only whole numbers, without an exponent, are known")
    default: break
    }
  }

  private mutating func word(_ text: StaticString) throws(JSONFault) {
    let word = String(describing: text).utf8
    guard bytes[place...].starts(with: word) else { throw fault("a value was expected") }
    place += word.count
  }
}
