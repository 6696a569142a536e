/// Cuts SQL text where its meaning changes for ``SQLScriptParser``, by PostgreSQL's lexical rules.
struct SQLScanner {
  /// What was found.
  enum Piece: Equatable {
    /// Text that is sent as it stands: code, or a quote from its beginning to its end.
    case bytes(Range<Int>)
    /// Without the end of its line.
    case comment
    /// The name after a colon.
    case colon(Range<Int>)
    case open
    case close
    case semicolon
    case backslash
  }

  let bytes: [UInt8]
  /// The line of what comes next, counted from 1.
  private(set) var line = 1
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next piece; nil at the end.
  mutating func next() throws(SQLScriptError) -> Piece? {
    guard let byte = byte() else { return nil }
    switch byte {
    case ascii(";"): return single(.semicolon)
    case ascii("("): return single(.open)
    case ascii(")"): return single(.close)
    case ascii("\\"): return single(.backslash)
    case ascii("'"), ascii("\""): return .bytes(try quote(byte, hasEscapes: isEscapeString))
    case ascii("$"): return .bytes(try dollar())
    case ascii("-") where self.byte(1) == ascii("-"): return lineComment()
    case ascii("/") where self.byte(1) == ascii("*"): return try blockComment()
    case ascii(":"): return colon()
    default: return .bytes(plain())
    }
  }

  /// The rest of the line, without its end.
  mutating func restOfLine() -> Range<Int> {
    let start = index
    while let byte = byte(), byte != ascii("\n") { index += 1 }
    return start..<index
  }

  /// The byte so far ahead; nil behind the end.
  private func byte(_ ahead: Int = 0) -> UInt8? {
    index + ahead < bytes.count ? bytes[index + ahead] : nil
  }

  private mutating func step() {
    if bytes[index] == ascii("\n") { line += 1 }
    index += 1
  }

  private mutating func single(_ piece: Piece) -> Piece {
    index += 1
    return piece
  }

  /// Whole words, so that a `$` or a quote in or behind one is seen with what stands before it; or
  /// one other byte.
  private mutating func plain() -> Range<Int> {
    let start = index
    guard isIdentifier(bytes[index]) else {
      step()
      return start..<index
    }
    while let byte = byte(), isIdentifier(byte) || byte == ascii("$") { index += 1 }
    return start..<index
  }

  /// Whether the quote that comes next stands behind an `E` of its own.
  private var isEscapeString: Bool {
    guard index > 0, bytes[index] == ascii("'"), bytes[index - 1] | 0x20 == ascii("e") else {
      return false
    }
    return index < 2 || !(isIdentifier(bytes[index - 2]) || bytes[index - 2] == ascii("$"))
  }

  /// From quote to quote; a doubled one is read as two quotes side by side, which is the same.
  private mutating func quote(
    _ mark: UInt8, hasEscapes: Bool
  ) throws(SQLScriptError) -> Range<Int> {
    let (start, firstLine) = (index, line)
    index += 1
    while let byte = byte() {
      if hasEscapes, byte == ascii("\\"), self.byte(1) != nil { step() }
      step()
      if byte == mark { return start..<index }
    }
    throw SQLScriptError(firstLine, "a quote begins here and doesn't end")
  }

  /// `$tag$ … $tag$`, or a parameter as `$1`, or a dollar alone.
  private mutating func dollar() throws(SQLScriptError) -> Range<Int> {
    let (start, firstLine) = (index, line)
    var end = index + 1
    while end < bytes.count, isIdentifier(bytes[end]) { end += 1 }
    let isTag = end < bytes.count && bytes[end] == ascii("$") && !isDigit(bytes[start + 1])
    guard isTag else {
      index += 1
      return start..<index
    }
    let tag = bytes[start...end]
    index = end + 1
    while index < bytes.count {
      if bytes[index...].starts(with: tag) {
        index += tag.count
        return start..<index
      }
      step()
    }
    throw SQLScriptError(firstLine, "a dollar quote begins here and doesn't end")
  }

  private mutating func lineComment() -> Piece {
    _ = restOfLine()
    return .comment
  }

  /// Block comments nest.
  private mutating func blockComment() throws(SQLScriptError) -> Piece {
    let firstLine = line
    var depth = 0
    repeat {
      guard let first = byte() else {
        throw SQLScriptError(firstLine, "a comment begins here and doesn't end")
      }
      if first == ascii("/"), byte(1) == ascii("*") {
        depth += 1
        index += 2
      } else if first == ascii("*"), byte(1) == ascii("/") {
        depth -= 1
        index += 2
      } else {
        step()
      }
    } while depth > 0
    return .comment
  }

  /// A variable, or a colon of SQL's own: `::type`, `[1:2]`, `:=`.
  private mutating func colon() -> Piece {
    let start = index
    index += 1
    if byte() == ascii(":") {
      index += 1
      return .bytes(start..<index)
    }
    guard let first = byte(), isIdentifier(first), !isDigit(first) else {
      return .bytes(start..<index)
    }
    while let byte = byte(), isIdentifier(byte) { index += 1 }
    return .colon(start + 1..<index)
  }
}

private func ascii(_ character: Unicode.Scalar) -> UInt8 { UInt8(ascii: character) }

private func isDigit(_ byte: UInt8) -> Bool { ascii("0")...ascii("9") ~= byte }

/// Whether the byte can stand in a name; those above 127 can, as PostgreSQL says.
private func isIdentifier(_ byte: UInt8) -> Bool {
  isDigit(byte) || byte == ascii("_") || byte >= 0x80
    || ascii("a")...ascii("z") ~= byte | 0x20
}
