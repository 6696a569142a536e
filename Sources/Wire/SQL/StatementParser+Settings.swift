extension StatementParser {
  /// `SET [SESSION | LOCAL] name {TO | =} value`, and the forms with words of their own.
  mutating func set() -> RecognizedStatement {
    var scope = SettingChange.Scope.session
    if !isAtLongName {
      if accept(.local) { scope = .local } else { _ = accept(.session) }
    }
    if !isAtLongName {
      if accept(.transaction) { return .setTransaction(readOnly: transactionModes()) }
      if accept(.constraints) { return .setTransaction(readOnly: nil) }
      if let name = specialName() {
        return .set(SettingChange(scope: scope, name: name, value: value(of: name)))
      }
    }
    let name = writtenName()
    let isGiven = accept(UInt8(ascii: "=")) || accept(.to)
    let value = isGiven ? value(of: name) : unreadValue(from: range.lowerBound)
    return .set(SettingChange(scope: scope, name: name, value: value))
  }

  /// `RESET name` and `RESET ALL`.
  mutating func reset() -> RecognizedStatement {
    if isAtLongName { return .reset(writtenName()) }
    if accept(.all) { return .resetAll }
    if accept(.transaction) { return .setTransaction(readOnly: nil) }
    return .reset(specialName() ?? writtenName())
  }

  /// `SHOW name`, for names of the router's own settings.
  mutating func show() -> RecognizedStatement {
    let name = writtenName()
    guard token == .end, name.hasPrefix(SettingName.routerPrefix, in: lexer.text) else {
      return .other
    }
    return .show(name)
  }

  /// Whether the token is the first of a name with parts or with a value, though it may be a word that
  /// has a meaning of its own at this place.
  private var isAtLongName: Bool {
    switch following {
    case .symbol(UInt8(ascii: ".")), .symbol(UInt8(ascii: "=")), .keyword(.to): true
    default: false
    }
  }

  /// A name made of words of its own, if one comes next.
  private mutating func specialName() -> SettingName? {
    if accept(.time, .zone) { return .timeZone }
    if accept(.session, .authorization) || accept(.authorization) { return .sessionAuthorization }
    if accept(.session, .characteristics) || accept(.characteristics) {
      return .sessionCharacteristics
    }
    if accept(.names) { return .clientEncoding }
    if accept(.schema) { return .searchPath }
    if accept(.role) { return .role }
    return accept(.xml) ? .xmlOption : nil
  }

  /// A name with as many parts as follow each other.
  private mutating func writtenName() -> SettingName {
    let start = range.lowerBound
    advance()
    while accept(UInt8(ascii: ".")) { advance() }
    return .written(start..<max(start, previousEnd))
  }

  /// The value that follows to the end of the statement.
  private mutating func value(of name: SettingName) -> SettingValue {
    let start = range.lowerBound
    var form: SettingValue.Form
    switch token {
    case .end: return SettingValue(form: .missing, range: range)
    case .string, .quotedIdentifier: form = .quoted
    case .keyword(.default): form = .defaultValue
    case .keyword(.local) where name == .timeZone: form = .defaultValue
    case .keyword, .word, .number: form = .bare
    case .symbol(UInt8(ascii: "-")), .symbol(UInt8(ascii: "+")):
      advance()
      form = token == .number && range.lowerBound == start + 1 ? .bare : .other
    default: form = .other
    }
    if token != .end { advance() }
    if token != .end || form == .other { return unreadValue(from: start) }
    return SettingValue(form: form, range: start..<previousEnd)
  }

  /// All from `start` to the end of the statement, as a value that is not read here.
  private mutating func unreadValue(from start: Int) -> SettingValue {
    while token != .end { advance() }
    if previousEnd <= start { return SettingValue(form: .missing, range: start..<start) }
    return SettingValue(form: .other, range: start..<previousEnd)
  }
}
