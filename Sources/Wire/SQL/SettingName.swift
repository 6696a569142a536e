/// A setting as a statement names it. Ranges are offsets into the text.
public enum SettingName: Sendable, Hashable {
  /// By its name, perhaps with dots, quotes, white space or comments inside.
  case written(Range<Int>)
  /// By the words `TIME ZONE`.
  case timeZone
  /// By the word `NAMES`: `client_encoding`.
  case clientEncoding
  /// By the word `SCHEMA`: `search_path`.
  case searchPath
  /// By the word `ROLE`, without `=` or `TO`.
  case role
  /// By the words `SESSION AUTHORIZATION`.
  case sessionAuthorization
  /// By the words `SESSION CHARACTERISTICS`: the defaults of later transactions.
  case sessionCharacteristics
  /// By the words `XML OPTION`: `xmloption`.
  case xmlOption

  /// What the names of the router's own settings begin with.
  public static var routerPrefix: String { "shardway." }

  /// The name of what is named by words of its own.
  private var canonicalName: String? {
    switch self {
    case .written: nil
    case .timeZone: "timezone"
    case .clientEncoding: "client_encoding"
    case .searchPath: "search_path"
    case .role: "role"
    case .sessionAuthorization: "session_authorization"
    case .sessionCharacteristics: "session characteristics"
    case .xmlOption: "xmloption"
    }
  }

  /// Whether the setting has this name, given in lower case; the server, too, compares ASCII letters of
  /// settings without case, quoted or not.
  public func isEqual(to name: String, in text: RawSpan) -> Bool {
    matches(name, in: text) == .equal
  }

  /// Whether the setting's name begins with this text, given in lower case.
  public func hasPrefix(_ prefix: String, in text: RawSpan) -> Bool {
    matches(prefix, in: text) != .different
  }

  /// The name in lower case, without quotes or anything between its parts. Allocates.
  public func copy(in text: RawSpan) -> [UInt8] {
    guard case .written(let range) = self else { return Array((canonicalName ?? "").utf8) }
    var name: [UInt8] = []
    var bytes = SettingNameBytes(text.extracting(0..<range.upperBound), at: range.lowerBound)
    while let byte = bytes.next() { name.append(byte) }
    return name
  }

  private enum Match { case equal, longer, different }

  private func matches(_ expected: String, in text: RawSpan) -> Match {
    guard case .written(let range) = self else {
      guard let canonicalName, canonicalName.hasPrefix(expected) else { return .different }
      return canonicalName == expected ? .equal : .longer
    }
    var bytes = SettingNameBytes(text.extracting(0..<range.upperBound), at: range.lowerBound)
    for byte in expected.utf8 where bytes.next() != byte { return .different }
    return bytes.next() == nil ? .equal : .longer
  }
}

/// The bytes of a setting's name, one after the other, in lower case.
private struct SettingNameBytes: ~Escapable {
  private var lexer: SQLLexer
  private var isQuoted = false

  /// The name that goes from `offset` to the end of `text`, and has been read as one before.
  @_lifetime(copy text)
  init(_ text: RawSpan, at offset: Int) {
    lexer = SQLLexer(text, at: offset)
  }

  mutating func next() -> UInt8? {
    while true {
      if !isQuoted { lexer.skipSpace() }
      if lexer.isAtEnd { return nil }
      let byte = lexer.byte()
      lexer.offset += 1
      if byte != UInt8(ascii: "\"") { return SQLByte.lowered(byte) }
      if isQuoted && lexer.byte() == byte {
        lexer.offset += 1
        return byte
      }
      isQuoted.toggle()
    }
  }
}
