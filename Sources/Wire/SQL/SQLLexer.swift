/// A token of SQL, as fine as the statements demand that matter to a pooler.
enum SQLToken: Equatable {
  /// An unquoted word that ``Keyword`` knows, in either case.
  case keyword(Keyword)
  /// Any other unquoted word.
  case word
  /// `"…"`, complete.
  case quotedIdentifier
  /// `'…'`, complete, in which a backslash is a byte like others.
  case string
  /// A number without sign.
  case number
  /// One byte of punctuation or of an operator.
  case symbol(UInt8)
  /// A parameter, a literal with escapes or dollars, or something that does not end.
  case other
  /// The text or the statement ends.
  case end
}

/// Reads a text of SQL as the server's scanner (`scan.l`, PostgreSQL 14 to 18) does, with
/// `standard_conforming_strings` on, which it has been since 9.1 unless a session turns it off.
///
/// The text has no zero byte. Nothing here looks at a byte twice but for short look-aheads, so that
/// the cost is linear in any text.
struct SQLLexer: ~Escapable {
  let text: RawSpan
  /// Offset of the next byte to read.
  var offset: Int
  /// Where the last token stands.
  private(set) var tokenRange = 0..<0

  @_lifetime(copy text)
  init(_ text: RawSpan, at offset: Int) {
    self.text = text
    self.offset = offset
  }

  var isAtEnd: Bool { offset >= text.byteCount }

  /// The byte that is `distance` ahead; zero behind the end.
  @inline(__always)
  func byte(ahead distance: Int = 0) -> UInt8 {
    offset + distance < text.byteCount ? text.byte(at: offset + distance) : 0
  }

  /// The next token, white space and comments passed over; ``SQLToken/end`` stays for good.
  mutating func next() -> SQLToken {
    skipSpace()
    let start = offset
    let token = readToken()
    tokenRange = start..<offset
    return token
  }

  private mutating func readToken() -> SQLToken {
    if isAtEnd { return .end }
    let byte = text.byte(at: offset)
    switch byte {
    case UInt8(ascii: ";"): return .end
    case UInt8(ascii: "'"): return skipQuoted(byte) ? .string : .other
    case UInt8(ascii: "\""): return skipQuoted(byte) ? .quotedIdentifier : .other
    case UInt8(ascii: "$"):
      skipDollar()
      return .other
    case UInt8(ascii: "E"), UInt8(ascii: "e"):
      if self.byte(ahead: 1) == UInt8(ascii: "'") {
        offset += 1
        skipEscapeString()
        return .other
      }
      return readWord()
    default:
      if SQLByte.beginsIdentifier(byte) { return readWord() }
      if SQLByte.isDigit(byte) || byte == UInt8(ascii: ".") && SQLByte.isDigit(self.byte(ahead: 1))
      {
        skipNumber()
        return .number
      }
      offset += 1
      return .symbol(byte)
    }
  }

  private mutating func readWord() -> SQLToken {
    if let keyword = readKeyword() { return .keyword(keyword) }
    return .word
  }

  /// Moves past the unquoted word that begins here, if any does; the keyword that it is, if it is one.
  @inline(__always)
  mutating func readKeyword() -> Keyword? {
    let start = offset
    let lanes = text.lanes(at: start)
    let letters = ByteLanes.leadingLetters(lanes)
    offset += letters
    while !isAtEnd, SQLByte.continuesIdentifier(text.byte(at: offset)) { offset += 1 }
    if letters == 0 || letters < 8 && offset > start + letters { return nil }
    return Keyword(first: lanes, letters: letters, word: start..<offset, in: text)
  }

  private mutating func skipNumber() {
    while !isAtEnd {
      let byte = text.byte(at: offset)
      guard SQLByte.continuesIdentifier(byte) || byte == UInt8(ascii: ".") else { return }
      offset += 1
    }
  }
}
