import Wire

/// A statement with its values, ready to be executed.
struct Portal {
  /// In which format columns are given.
  enum Formats {
    case text
    case binary
    /// One for each column: whether it is binary.
    case mixed([Bool])

    /// Whether the column at a place is binary.
    func isBinary(_ place: Int) -> Bool {
      switch self {
      case .text: false
      case .binary: true
      case .mixed(let formats): place < formats.count && formats[place]
      }
    }
  }

  let answer: StatementAnswer
  let formats: Formats
  /// Whether its row was given.
  var isFinished = false
}

/// What stands behind the names in a Bind message.
struct BoundValues {
  let formats: Portal.Formats
  /// The number in the parameter that was asked for; nil if it is none.
  let number: Int?

  /// Reads formats and values, and keeps the value of one parameter, 1 being the first; 0 for none.
  ///
  /// - Returns: nil when the body is not laid out as its counts say.
  init?(_ body: RawSpan, _ rest: Range<Int>, parameter wanted: Int) {
    var cursor = FieldCursor(rest)
    guard let formatCount = cursor.count(body) else { return nil }
    let parameterFormats = cursor.offset
    guard cursor.skip(2 * formatCount), let valueCount = cursor.count(body) else { return nil }
    var number: Int?
    for place in 1...max(valueCount, 1) where place <= valueCount {
      guard let length = cursor.int32(body) else { return nil }
      let start = cursor.offset
      guard length >= -1, cursor.skip(max(Int(length), 0)) else { return nil }
      guard place == wanted, length >= 0 else { continue }
      let format = formatCount == 1 ? 0 : place - 1
      let isBinary = format < formatCount && body.byte(at: parameterFormats + 2 * format + 1) == 1
      number = Self.number(body, start..<cursor.offset, isBinary: isBinary)
    }
    guard let columnCount = cursor.count(body) else { return nil }
    let columnFormats = cursor.offset
    guard cursor.skip(2 * columnCount), cursor.isAtEnd else { return nil }
    self.number = number
    switch columnCount {
    case 0: formats = .text
    case 1: formats = body.byte(at: columnFormats + 1) == 1 ? .binary : .text
    default:
      formats = .mixed((0..<columnCount).map { body.byte(at: columnFormats + 2 * $0 + 1) == 1 })
    }
  }

  private static func number(_ body: RawSpan, _ range: Range<Int>, isBinary: Bool) -> Int? {
    guard isBinary else {
      return Int(String(decoding: body.copy(of: range), as: UTF8.self))
    }
    guard [2, 4, 8].contains(range.count) else { return nil }
    var value: UInt64 = 0
    for offset in range { value = value << 8 | UInt64(body.byte(at: offset)) }
    let unused = 64 - 8 * range.count
    return Int(Int64(bitPattern: value << UInt64(unused)) >> Int64(unused))
  }
}

/// Reads integers of a message, never beyond its end.
private struct FieldCursor {
  private(set) var offset: Int
  private let end: Int

  init(_ range: Range<Int>) { (offset, end) = (range.lowerBound, range.upperBound) }

  var isAtEnd: Bool { offset == end }

  mutating func skip(_ count: Int) -> Bool {
    guard count <= end - offset else { return false }
    offset += count
    return true
  }

  /// A count of 16 bits.
  mutating func count(_ body: RawSpan) -> Int? {
    guard skip(2) else { return nil }
    return Int(body.byte(at: offset - 2)) << 8 | Int(body.byte(at: offset - 1))
  }

  mutating func int32(_ body: RawSpan) -> Int32? {
    guard skip(4) else { return nil }
    var value: UInt32 = 0
    for place in offset - 4..<offset { value = value << 8 | UInt32(body.byte(at: place)) }
    return Int32(bitPattern: value)
  }
}
