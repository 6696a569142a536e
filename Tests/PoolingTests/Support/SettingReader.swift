/// Reads a message of settings as a server would, with PostgreSQL's rules for string constants.
///
/// Written apart from what writes the message: whatever that mistakes for quoted is found here, as
/// another statement or another value.
struct SettingReader {
  /// What one statement of the message does.
  enum Setting: Equatable {
    case set(name: String, value: String)
    case setConfig(name: String, value: String)
    case setConverted(name: String, value: [UInt8], encoding: String)
  }

  private enum Token: Equatable {
    case word(String)
    case name(String)
    case text(String)
    case symbol(Character)
  }

  private struct Malformed: Error {}

  private var rest: Substring
  private let isConforming: Bool

  /// What the message does at a server with this value of `standard_conforming_strings`; nil when the
  /// server would find an error in it, or anything but settings.
  static func read(_ message: [UInt8], standardConforming: Bool) -> [Setting]? {
    let length = message[1...4].reduce(0) { $0 << 8 | Int($1) }
    guard message[0] == 0x51, length == message.count - 1, message.last == 0,
      !message[5...].dropLast().contains(0), message[5...].allSatisfy({ $0 < 0x80 })
    else { return nil }
    let sql = String(decoding: message[5...].dropLast(), as: UTF8.self)
    var reader = SettingReader(rest: sql[...], isConforming: standardConforming)
    return try? reader.settings()
  }

  private mutating func settings() throws -> [Setting] {
    var settings: [Setting] = []
    while let first = try token() {
      switch first {
      case .word("SET"): settings.append(try set())
      case .word("SELECT"): settings.append(try setConfig())
      default: throw Malformed()
      }
    }
    return settings
  }

  private mutating func set() throws -> Setting {
    guard case .name(let name) = try token() else { throw Malformed() }
    try expect(.word("TO"))
    let value = try text()
    try expect(.symbol(";"))
    return .set(name: name, value: value)
  }

  private mutating func setConfig() throws -> Setting {
    try expect(.word("pg_catalog.set_config"), .symbol("("))
    let name = try text()
    try expect(.symbol(","))
    let setting: Setting
    switch try token() {
    case .text(let value):
      setting = .setConfig(name: name, value: value)
    case .word("pg_catalog.convert_from"):
      try expect(.symbol("("), .word("pg_catalog.decode"), .symbol("("))
      let digits = Array(try text())
      try expect(.symbol(","), .text("hex"), .symbol(")"), .symbol(","))
      let encoding = try text()
      try expect(.symbol(")"))
      let bytes = stride(from: 0, to: digits.count, by: 2).map {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)!
      }
      setting = .setConverted(name: name, value: bytes, encoding: encoding)
    default: throw Malformed()
    }
    try expect(.symbol(","), .word("false"), .symbol(")"), .symbol(";"))
    return setting
  }

  private mutating func expect(_ tokens: Token...) throws {
    for expected in tokens where try token() != expected { throw Malformed() }
  }

  private mutating func text() throws -> String {
    guard case .text(let text) = try token() else { throw Malformed() }
    return text
  }

  private mutating func token() throws -> Token? {
    rest = rest.drop { $0 == " " }
    guard let first = rest.first else { return nil }
    if rest.hasPrefix("E'") {
      rest.removeFirst()
      return .text(try quoted("'", backslashes: true))
    }
    if first == "'" { return .text(try quoted("'", backslashes: !isConforming)) }
    if first == "\"" { return .name(try quoted("\"", backslashes: false)) }
    let word = rest.prefix { $0.isLetter || $0 == "_" || $0 == "." }
    if word.isEmpty { return .symbol(rest.removeFirst()) }
    rest = rest.dropFirst(word.count)
    return .word(String(word))
  }

  private mutating func quoted(_ quote: Character, backslashes: Bool) throws -> String {
    var text = ""
    rest.removeFirst()
    while let character = rest.popFirst() {
      if character == "\\", backslashes {
        // Only itself: other escapes would mean other characters.
        guard rest.popFirst() == "\\" else { throw Malformed() }
      } else if character == quote {
        if rest.first != quote { return text }
        rest.removeFirst()
      }
      text.append(character)
    }
    throw Malformed()
  }
}
