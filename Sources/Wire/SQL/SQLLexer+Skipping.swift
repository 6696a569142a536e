extension SQLLexer {
  /// Moves past white space and comments.
  @inline(__always)
  mutating func skipSpace() {
    while !isAtEnd {
      switch text.byte(at: offset) {
      case let byte where SQLByte.isSpace(byte): offset += 1
      case UInt8(ascii: "-") where byte(ahead: 1) == UInt8(ascii: "-"): skipLineComment()
      case UInt8(ascii: "/") where byte(ahead: 1) == UInt8(ascii: "*"): skipBlockComment()
      default: return
      }
    }
  }

  /// Moves past white space, comments and semicolons, to where a statement begins.
  @inline(__always)
  mutating func skipToStatement() {
    skipSpace()
    while !isAtEnd, text.byte(at: offset) == UInt8(ascii: ";") {
      offset += 1
      skipSpace()
    }
  }

  /// Moves to the semicolon that ends the statement, or to the end of the text.
  ///
  /// Semicolons of a rule's actions or of a body in SQL (`BEGIN ATOMIC`) end it, too: what is behind
  /// them is taken for a statement of its own.
  mutating func skipStatement() {
    while true {
      offset = text.firstPlace(from: offset, Self.marks)
      if isAtEnd { return }
      let byte = text.byte(at: offset)
      switch byte {
      case UInt8(ascii: ";"): return
      case UInt8(ascii: "'"):
        if isBehindEscapePrefix { skipEscapeString() } else { _ = skipQuoted(byte) }
      case UInt8(ascii: "\""): _ = skipQuoted(byte)
      case UInt8(ascii: "$"):
        if isBehindIdentifier { skipIdentifier() } else { skipDollar() }
      case UInt8(ascii: "-") where self.byte(ahead: 1) == byte: skipLineComment()
      case UInt8(ascii: "/") where self.byte(ahead: 1) == UInt8(ascii: "*"): skipBlockComment()
      default: offset += 1
      }
    }
  }

  /// Marks `;`, `"`, what may be `'` or `$` (or `%`, `&`), and `-` and `/`.
  @inline(__always)
  private static func marks(_ lanes: UInt64) -> UInt64 {
    ByteLanes.marks(lanes, UInt8(ascii: ";"))
      | ByteLanes.marks(lanes, UInt8(ascii: "\""))
      | ByteLanes.marks(lanes, UInt8(ascii: "'"), ignoring: 0x03)
      | ByteLanes.marks(lanes, UInt8(ascii: "/"), ignoring: 0x02)
  }

  /// Whether an identifier reaches up to here.
  ///
  /// What looks like one may be a number, a parameter or the end of a dollar quote, too; but none of
  /// them can stand right before a literal in a statement that the server takes.
  private var isBehindIdentifier: Bool {
    offset > 0 && SQLByte.continuesIdentifier(text.byte(at: offset - 1))
  }

  /// Whether the literal that begins here is one with escapes: behind an `E` that is a word of its own.
  private var isBehindEscapePrefix: Bool {
    guard offset > 0, text.byte(at: offset - 1) | 0x20 == UInt8(ascii: "e") else { return false }
    return offset == 1 || !SQLByte.continuesIdentifier(text.byte(at: offset - 2))
  }

  private mutating func skipIdentifier() {
    while !isAtEnd, SQLByte.continuesIdentifier(text.byte(at: offset)) { offset += 1 }
  }

  private mutating func skipLineComment() {
    offset = text.firstPlace(from: offset + 2) {
      ByteLanes.marks($0, UInt8(ascii: "\n")) | ByteLanes.marks($0, UInt8(ascii: "\r"))
    }
  }

  /// Block comments nest.
  private mutating func skipBlockComment() {
    offset += 2
    var depth = 1
    while depth > 0 {
      offset = text.firstPlace(from: offset) {
        ByteLanes.marks($0, UInt8(ascii: "*")) | ByteLanes.marks($0, UInt8(ascii: "/"))
      }
      if isAtEnd { return }
      switch (text.byte(at: offset), byte(ahead: 1)) {
      case (UInt8(ascii: "*"), UInt8(ascii: "/")):
        depth -= 1
        offset += 2
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        depth += 1
        offset += 2
      default: offset += 1
      }
    }
  }

  /// Moves past what is quoted in `quote`, doubled inside; false when it does not end.
  mutating func skipQuoted(_ quote: UInt8) -> Bool {
    offset += 1
    while true {
      offset = text.firstPlace(of: quote, from: offset)
      if isAtEnd { return false }
      offset += 1
      if byte() != quote { return true }
      offset += 1
    }
  }

  /// Moves past a literal with escapes, its `E` excluded, and past what it goes on with in later lines.
  mutating func skipEscapeString() {
    repeat {
      offset += 1
      skipEscapedText()
    } while moveToContinuation()
  }

  private mutating func skipEscapedText() {
    while true {
      offset = text.firstPlace(from: offset) {
        ByteLanes.marks($0, UInt8(ascii: "'")) | ByteLanes.marks($0, UInt8(ascii: "\\"))
      }
      if isAtEnd { return }
      // A backslash takes the meaning from the next byte; so does one quote from another.
      let isQuote = text.byte(at: offset) == UInt8(ascii: "'")
      if isQuote && byte(ahead: 1) != UInt8(ascii: "'") {
        offset += 1
        return
      }
      offset = min(offset + 2, text.byteCount)
    }
  }

  /// Moves to the quote with which a literal goes on behind a line's end, if it does (`quotecontinue`).
  private mutating func moveToContinuation() -> Bool {
    var ahead = self
    var isNewLine = false
    while !ahead.isAtEnd {
      switch ahead.text.byte(at: ahead.offset) {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        isNewLine = true
        ahead.offset += 1
      case let byte where SQLByte.isSpace(byte): ahead.offset += 1
      case UInt8(ascii: "-") where ahead.byte(ahead: 1) == UInt8(ascii: "-"):
        ahead.skipLineComment()
      case UInt8(ascii: "'") where isNewLine:
        offset = ahead.offset
        return true
      default: return false
      }
    }
    return false
  }

  /// Moves past a dollar quote, or past the dollar when none begins here.
  mutating func skipDollar() {
    let start = offset
    offset += 1
    if !SQLByte.isDigit(byte()) { skipTag() }
    guard byte() == UInt8(ascii: "$") else {
      offset = start + 1
      return
    }
    offset += 1
    let tag = start..<offset
    while true {
      offset = text.firstPlace(of: UInt8(ascii: "$"), from: offset)
      if isAtEnd { return }
      let end = offset + tag.count
      if end <= text.byteCount, text.bytes(in: offset..<end, equalThoseIn: tag) {
        offset = end
        return
      }
      offset += 1
    }
  }

  private mutating func skipTag() {
    while !isAtEnd {
      let byte = text.byte(at: offset)
      guard SQLByte.continuesIdentifier(byte), byte != UInt8(ascii: "$") else { return }
      offset += 1
    }
  }
}
