/// Why bytes are not JSON that the control plane takes.
public struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Offset of the first byte that can't be right, from 0.
  public let offset: Int
  /// What is wrong there.
  public let reason: String

  /// Place and reason in one line.
  public var description: String { "at byte \(offset): \(reason)" }
}

extension JSONValue {
  /// Reads JSON (RFC 8259).
  ///
  /// - Throws: ``JSONFault`` for anything that isn't JSON, a fraction or an exponent, a number
  ///   beyond 64 bits, a field that is there twice, or nesting deeper than
  ///   ``ControlLimits/jsonDepth``.
  public init(json bytes: [UInt8]) throws(JSONFault) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }
}

/// Recursive descent over bytes; the depth is limited.
private struct JSONParser {
  private let bytes: [UInt8]
  private var place = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONFault) -> JSONValue {
    let value = try value(depth: 0)
    skipBlanks()
    guard place == bytes.count else { throw fault("nothing may follow the value") }
    return value
  }

  private func fault(_ reason: String) -> JSONFault { JSONFault(offset: place, reason: reason) }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      place += 1
    }
  }

  private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
    guard depth < ControlLimits.jsonDepth else { throw fault("it is nested too deeply") }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw fault("it ends where a value should be")
    case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
    default: throw fault("a value should be here")
    }
  }

  private mutating func word(
    _ text: String, _ value: JSONValue
  ) throws(JSONFault) -> JSONValue {
    guard bytes[place...].starts(with: text.utf8) else { throw fault("a value should be here") }
    place += text.utf8.count
    return value
  }

  private mutating func number() throws(JSONFault) -> JSONValue {
    let start = place
    let isNegative = next == UInt8(ascii: "-")
    if isNegative { place += 1 }
    let firstDigit = place
    var number: Int64 = 0
    while let byte = next, Self.isDigit(byte) {
      let digit = Int64(byte - UInt8(ascii: "0"))
      let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(isNegative ? -digit : digit)
      guard !overflow, !carry else {
        throw JSONFault(offset: start, reason: "the number is too large")
      }
      number = sum
      place += 1
    }
    guard place > firstDigit else { throw fault("a digit should be here") }
    guard place == firstDigit + 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
      throw JSONFault(offset: start, reason: "a number can't begin with 0")
    }
    if let byte = next, byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") {
      throw JSONFault(offset: start, reason: "only whole numbers are known here")
    }
    return .integer(number)
  }

  private mutating func array(depth: Int) throws(JSONFault) -> JSONValue {
    place += 1
    var elements: [JSONValue] = []
    skipBlanks()
    if next == UInt8(ascii: "]") {
      place += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(depth: depth + 1))
      if try endsList(with: UInt8(ascii: "]")) { return .array(elements) }
    }
  }

  private mutating func object(depth: Int) throws(JSONFault) -> JSONValue {
    place += 1
    var fields: [String: JSONValue] = [:]
    skipBlanks()
    if next == UInt8(ascii: "}") {
      place += 1
      return .object(fields)
    }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw fault("a field's name should be here") }
      let start = place
      let name = try string()
      skipBlanks()
      guard next == UInt8(ascii: ":") else { throw fault("a colon should be here") }
      place += 1
      guard fields.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
        throw JSONFault(offset: start, reason: "the field \"\(name)\" is there twice")
      }
      if try endsList(with: UInt8(ascii: "}")) { return .object(fields) }
    }
  }

  private mutating func endsList(with end: UInt8) throws(JSONFault) -> Bool {
    skipBlanks()
    guard let byte = next, byte == end || byte == UInt8(ascii: ",") else {
      throw fault("a comma or \"\(Character(UnicodeScalar(end)))\" should be here")
    }
    place += 1
    return byte == end
  }

  private mutating func string() throws(JSONFault) -> String {
    place += 1
    let start = place
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      place += 1
    }
    var text = Array(bytes[start..<place])
    while next != UInt8(ascii: "\"") {
      guard let byte = next else { throw fault("the string has no end") }
      guard byte >= 0x20 else { throw fault("control characters in strings must be escaped") }
      place += 1
      if byte == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(byte) }
    }
    place += 1
    guard let string = String(validating: text, as: UTF8.self) else {
      throw JSONFault(offset: start, reason: "the string is not UTF-8")
    }
    return string
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
    guard let byte = next else { throw fault("the string has no end") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
    default: throw fault("the escape is unknown")
    }
  }

  private mutating func scalar() throws(JSONFault) -> Character {
    let first = try codeUnit()
    var code = UInt32(first)
    if UTF16.isLeadSurrogate(first), bytes[place...].starts(with: [0x5c, UInt8(ascii: "u")]) {
      place += 2
      let second = try codeUnit()
      guard UTF16.isTrailSurrogate(second) else {
        throw fault("half of a surrogate pair is missing")
      }
      code = 0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00)
    }
    guard let scalar = UnicodeScalar(code) else {
      throw fault("half of a surrogate pair is missing")
    }
    return Character(scalar)
  }

  private mutating func codeUnit() throws(JSONFault) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        throw fault("four hexadecimal digits should be here")
      }
      unit = unit << 4 | UInt16(digit)
      place += 1
    }
    return unit
  }
}
