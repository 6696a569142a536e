/// The comment that a statement may begin with, as sqlcommenter writes it: `/*key='value',traceparent='00-…'*/ SELECT …`.
///
/// Keys and values are URL-encoded, and a quote inside a value stands behind a backslash. Only the first bytes of a statement are looked at, and
/// nothing of them is kept but the trace context.
public enum TraceComment {
  /// Bytes of a statement in which the comment's `traceparent` has to end.
  public static let byteLimit = 1024

  private static let key = Array("traceparent".utf8)

  /// The context that a statement's first bytes name; nil where they aren't a comment, or name none that is valid.
  ///
  /// - Complexity: one comparison for a statement without a comment; else linear in the comment, at most ``byteLimit``. Allocates nothing.
  public static func context(atStartOf statement: Span<UInt8>) -> TraceContext? {
    guard statement.count > 2 + key.count + TraceContext.byteCount,
      statement[0] == UInt8(ascii: "/"), statement[1] == UInt8(ascii: "*")
    else { return nil }
    var reader = Reader(end: min(statement.count, byteLimit))
    while let pair = reader.next(statement) {
      if matches(statement, pair.key) { return context(statement, pair.value) }
    }
    return nil
  }

  private static func matches(_ statement: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count == key.count else { return false }
    for place in range where statement[place] != key[place - range.lowerBound] { return false }
    return true
  }

  /// Decodes a value into place. Longer ones are of a later version, of which what is there of 00 is enough.
  private static func context(_ statement: Span<UInt8>, _ range: Range<Int>) -> TraceContext? {
    var decoded = InlineArray<56, UInt8>(repeating: 0)
    var count = 0
    var place = range.lowerBound
    while place < range.upperBound, count < decoded.count {
      var byte = statement[place]
      place += 1
      if byte == UInt8(ascii: "%") {
        guard place + 2 <= range.upperBound,
          let high = nibble(statement[place]), let low = nibble(statement[place + 1])
        else { return nil }
        byte = high << 4 | low
        place += 2
      }
      decoded[count] = byte
      count += 1
    }
    return TraceContext(parsing: decoded.span.extracting(first: count))
  }

  /// A digit of an URL-encoded byte, which may be in upper case.
  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension TraceComment {
  /// Reads the pairs of a comment, one after the other; whatever else stands there ends it.
  private struct Reader {
    private var place = 2
    private let end: Int

    init(end: Int) { self.end = end }

    mutating func next(_ text: Span<UInt8>) -> (key: Range<Int>, value: Range<Int>)? {
      while place < end, text[place] == UInt8(ascii: " ") || text[place] == UInt8(ascii: ",") {
        place += 1
      }
      let keyStart = place
      while place < end, text[place] != UInt8(ascii: "=") {
        // The end of the comment, or of what sqlcommenter would write.
        guard text[place] != UInt8(ascii: "*"), text[place] != UInt8(ascii: "'") else { return nil }
        place += 1
      }
      let key = keyStart..<place
      guard place + 1 < end, text[place + 1] == UInt8(ascii: "'") else { return nil }
      place += 2
      let valueStart = place
      while place < end, text[place] != UInt8(ascii: "'") {
        place += text[place] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard place < end else { return nil }
      defer { place += 1 }
      return (key, valueStart..<place)
    }
  }
}
