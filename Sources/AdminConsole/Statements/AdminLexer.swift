/// A word or a sign of a statement, and where it begins.
struct AdminToken: Hashable {
  enum Kind: Hashable {
    /// As it is written, outside of quotes.
    case word(String)
    /// What stood in double quotes.
    case name(String)
    /// What stood in single quotes.
    case string(String)
    case semicolon
    case sign(UInt8)
    case end
  }

  let kind: Kind
  /// Bytes before it.
  let offset: Int

  /// Whether it is this keyword, in small letters.
  func isWord(_ keyword: String) -> Bool {
    guard case .word(let word) = kind else { return false }
    return word.lowercased() == keyword
  }
}

/// Cuts a query into words. Comments are passed over, as SQL has them.
struct AdminLexer {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ text: [UInt8]) { bytes = text }

  /// The next token.
  ///
  /// - Throws: a text or a comment that doesn't end.
  mutating func next() throws(AdminSyntaxError) -> AdminToken {
    try skipBlanks()
    let start = offset
    guard let byte = peek() else { return AdminToken(kind: .end, offset: start) }
    switch byte {
    case UInt8(ascii: ";"):
      offset += 1
      return AdminToken(kind: .semicolon, offset: start)
    case UInt8(ascii: "'"):
      return AdminToken(kind: .string(try quoted(by: byte)), offset: start)
    case UInt8(ascii: "\""):
      return AdminToken(kind: .name(try quoted(by: byte)), offset: start)
    case _ where Self.isWordByte(byte):
      while let byte = peek(), Self.isWordByte(byte), !isAtComment { offset += 1 }
      let word = String(decoding: bytes[start..<offset], as: UTF8.self)
      return AdminToken(kind: .word(word), offset: start)
    default:
      offset += 1
      return AdminToken(kind: .sign(byte), offset: start)
    }
  }

  /// Ids hold letters, digits, and some signs; what is not ASCII is part of a letter.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "-"), 0x80...0xFF:
      true
    default: false
    }
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    offset + distance < bytes.count ? bytes[offset + distance] : nil
  }

  private var isAtComment: Bool { peek() == UInt8(ascii: "-") && peek(1) == UInt8(ascii: "-") }

  private mutating func skipBlanks() throws(AdminSyntaxError) {
    while let byte = peek() {
      switch (byte, peek(1)) {
      case (UInt8(ascii: " "), _), (0x09...0x0D, _): offset += 1
      case (UInt8(ascii: "-"), UInt8(ascii: "-")):
        while let byte = peek(), byte != 0x0A, byte != 0x0D { offset += 1 }
      case (UInt8(ascii: "/"), UInt8(ascii: "*")): try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(AdminSyntaxError) {
    let start = offset
    var depth = 0
    repeat {
      switch (peek(), peek(1)) {
      case (nil, _): throw AdminSyntaxError("unterminated /* comment", at: start)
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        depth += 1
        offset += 2
      case (UInt8(ascii: "*"), UInt8(ascii: "/")):
        depth -= 1
        offset += 2
      default: offset += 1
      }
    } while depth > 0
  }

  /// A doubled quote stands for one.
  private mutating func quoted(by quote: UInt8) throws(AdminSyntaxError) -> String {
    let start = offset
    var text: [UInt8] = []
    offset += 1
    while let byte = peek() {
      offset += 1
      if byte == quote {
        guard peek() == quote else { return String(decoding: text, as: UTF8.self) }
        offset += 1
      }
      text.append(byte)
    }
    throw AdminSyntaxError("unterminated quoted text", at: start)
  }
}

/// What is wrong with a query, and where.
public struct AdminSyntaxError: Error, Hashable {
  /// What is wrong, in one line.
  public let message: String
  /// What can be done about it; nil for what ``AdminParser/helpHint`` says.
  public let hint: String?
  /// Bytes of the query before the place.
  public let offset: Int

  init(_ message: String, at offset: Int, hint: String? = nil) {
    self.message = message
    self.offset = offset
    self.hint = hint
  }
}
