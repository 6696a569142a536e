import Wire

/// The words, literals and signs of a statement, one after another.
///
/// Reads as the server's scanner does while `standard_conforming_strings` is on, as far as the statements need that are told apart here.
struct SQLWords: ~Escapable {
  /// What is read.
  let text: RawSpan
  /// Where reading goes on.
  private(set) var offset: Int

  /// One of them.
  enum Token: Equatable {
    /// A word without quotes, or a number: where it stands.
    case word(Range<Int>)
    /// A text in single quotes, without them.
    case literal([UInt8])
    /// A name in double quotes, without them.
    case name([UInt8])
    /// Any other byte.
    case sign(UInt8)
  }

  @_lifetime(copy text)
  init(_ text: RawSpan, at offset: Int) {
    self.text = text
    self.offset = offset
  }

  /// The byte at which reading goes on; nil at the end.
  private var byte: UInt8? { offset < text.byteCount ? text.byte(at: offset) : nil }

  private func byte(after distance: Int) -> UInt8? {
    offset + distance < text.byteCount ? text.byte(at: offset + distance) : nil
  }

  /// The next one, behind white space and comments; nil at the end.
  mutating func next() -> Token? {
    skipBlanks()
    guard let first = byte else { return nil }
    switch first {
    case UInt8(ascii: "'"): return .literal(quoted(first))
    case UInt8(ascii: "\""): return .name(quoted(first))
    case _ where Self.isOfWord(first):
      let start = offset
      while let byte, Self.isOfWord(byte) { offset += 1 }
      return .word(start..<offset)
    default:
      offset += 1
      return .sign(first)
    }
  }

  /// The next one, which stays to be read.
  func peek() -> Token? {
    var ahead = SQLWords(text, at: offset)
    return ahead.next()
  }

  /// Reads on if a word comes next that is this one, given in lower case.
  mutating func take(_ word: StaticString) -> Bool {
    var ahead = SQLWords(text, at: offset)
    guard case .word(let range)? = ahead.next(), ahead.isEqual(range, word) else { return false }
    offset = ahead.offset
    return true
  }

  /// Reads on if this sign comes next.
  mutating func takeSign(_ sign: Character) -> Bool {
    var ahead = SQLWords(text, at: offset)
    guard ahead.next() == .sign(sign.asciiValue!) else { return false }
    offset = ahead.offset
    return true
  }

  /// A name, as the server understands it: in lower case unless it is quoted; nil, and nothing read, when none comes next.
  mutating func takeName() -> [UInt8]? {
    var ahead = SQLWords(text, at: offset)
    let name: [UInt8]
    switch ahead.next() {
    case .word(let range)?: name = ahead.lowered(range)
    case .name(let quoted)?: name = quoted
    default: return nil
    }
    offset = ahead.offset
    return name
  }

  /// A number without sign; nil, and nothing read, when none comes next or it is too large.
  mutating func takeNumber() -> Int? {
    var ahead = SQLWords(text, at: offset)
    guard case .word(let range)? = ahead.next(), range.count <= 18 else { return nil }
    var number = 0
    for place in range {
      let byte = text.byte(at: place)
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
    }
    offset = ahead.offset
    return number
  }

  /// Whether the statement ends here.
  var isAtStatementEnd: Bool {
    let token = peek()
    return token == nil || token == .sign(UInt8(ascii: ";"))
  }

  /// Whether a word is this one, given in lower case.
  func isEqual(_ range: Range<Int>, _ word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    for place in 0..<range.count
    where Self.lowered(text.byte(at: range.lowerBound + place)) != word.utf8Start[place] {
      return false
    }
    return true
  }

  /// A word in lower case.
  func lowered(_ range: Range<Int>) -> [UInt8] { range.map { Self.lowered(text.byte(at: $0)) } }

  private mutating func skipBlanks() {
    while let byte {
      switch byte {
      case 9...13, UInt8(ascii: " "): offset += 1
      case UInt8(ascii: "-") where self.byte(after: 1) == byte: skipLine()
      case UInt8(ascii: "/") where self.byte(after: 1) == UInt8(ascii: "*"): skipComment()
      default: return
      }
    }
  }

  private mutating func skipLine() {
    while let byte, byte != 10 { offset += 1 }
  }

  private mutating func skipComment() {
    var depth = 0
    while let byte {
      let pair = (byte, self.byte(after: 1) ?? 0)
      if pair == (UInt8(ascii: "/"), UInt8(ascii: "*")) {
        depth += 1
        offset += 2
      } else if pair == (UInt8(ascii: "*"), UInt8(ascii: "/")) {
        depth -= 1
        offset += 2
        if depth == 0 { return }
      } else {
        offset += 1
      }
    }
  }

  private mutating func quoted(_ quote: UInt8) -> [UInt8] {
    var content: [UInt8] = []
    offset += 1
    while let byte {
      offset += 1
      if byte == quote {
        guard self.byte == quote else { break }
        offset += 1
      }
      content.append(byte)
    }
    return content
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}
