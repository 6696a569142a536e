/// A value inside bytes that ``CanonicalScanner`` found to be canonical.
struct JSONView {
  private let bytes: [UInt8]
  private let range: Range<Int>

  /// The whole of `bytes`; they have been checked.
  init(checked bytes: [UInt8]) {
    self.bytes = bytes
    range = bytes.indices
  }

  fileprivate init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  private func begins(with byte: UInt8) -> Bool { bytes[range.lowerBound] == byte }

  /// The value's bytes.
  var slice: ArraySlice<UInt8> { bytes[range] }

  var string: String? {
    guard begins(with: UInt8(ascii: "\"")) else { return nil }
    return JSONText.unescaped(bytes[range.lowerBound + 1..<range.upperBound - 1])
  }

  var bool: Bool? {
    begins(with: UInt8(ascii: "t")) ? true : begins(with: UInt8(ascii: "f")) ? false : nil
  }

  /// A whole number of 0 or more.
  var unsigned: UInt64? {
    guard case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[range.lowerBound] else { return nil }
    return magnitude(from: range.lowerBound)
  }

  var signed: Int64? {
    guard begins(with: UInt8(ascii: "-")) else { return unsigned.flatMap { Int64(exactly: $0) } }
    return Int64(truncatingIfNeeded: 0 &- magnitude(from: range.lowerBound + 1))
  }

  /// The scanner let through only digits that fit.
  private func magnitude(from start: Int) -> UInt64 {
    var value: UInt64 = 0
    for byte in bytes[start..<range.upperBound] {
      value = value &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
    }
    return value
  }

  /// The fields of an object, or nil.
  var fields: JSONFields? {
    begins(with: UInt8(ascii: "{")) ? JSONFields(bytes, at: range.lowerBound + 1) : nil
  }

  /// The elements of a list, or nil.
  var elements: [JSONView]? {
    guard begins(with: UInt8(ascii: "[")) else { return nil }
    var elements: [JSONView] = []
    var place = range.lowerBound + 1
    while place < range.upperBound - 1 {
      let end = JSONView.end(of: bytes, from: place)
      elements.append(JSONView(bytes, place..<end))
      place = end + 1
    }
    return elements
  }

  var strings: [String]? {
    guard let elements else { return nil }
    let strings = elements.compactMap(\.string)
    return strings.count == elements.count ? strings : nil
  }

  /// Where the value that begins at `start` ends.
  fileprivate static func end(of bytes: [UInt8], from start: Int) -> Int {
    var place = start
    var depth = 0
    repeat {
      switch bytes[place] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        place += 1
      case UInt8(ascii: "\""):
        place = endOfString(bytes, from: place)
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        place += 1
      default:
        place = endOfWord(bytes, from: place)
      }
    } while depth > 0
    return place
  }

  fileprivate static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
    var place = start + 1
    while bytes[place] != UInt8(ascii: "\"") {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return place + 1
  }

  /// Numbers, true, false and null.
  private static func endOfWord(_ bytes: [UInt8], from start: Int) -> Int {
    var place = start + 1
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): return place
      default: place += 1
      }
    }
    return place
  }
}

/// Finds an object's fields in one walk: ask for them in the order of their names. Fields that are
/// not asked for are passed over.
struct JSONFields {
  private let bytes: [UInt8]
  /// At a name's opening quote, or at the closing brace.
  private var place: Int

  fileprivate init(_ bytes: [UInt8], at place: Int) {
    self.bytes = bytes
    self.place = place
  }

  /// The field's value, or nil when there is none.
  mutating func take(_ name: String) -> JSONView? {
    while bytes[place] == UInt8(ascii: "\"") {
      let nameEnd = JSONView.endOfString(bytes, from: place)
      let order = JSONNames.compare(bytes[place + 1..<nameEnd - 1], name.utf8)
      if order == .after { return nil }
      let end = JSONView.end(of: bytes, from: nameEnd + 1)
      place = bytes[end] == UInt8(ascii: ",") ? end + 1 : end
      if order == .same { return JSONView(bytes, nameEnd + 1..<end) }
    }
    return nil
  }
}
