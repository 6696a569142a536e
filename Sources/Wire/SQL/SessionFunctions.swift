/// Functions named in a text that leave something behind in the session.
///
/// Names are looked for as bytes: one inside of a literal or a comment is seen, too, and one that is
/// spelled with Unicode escapes (`U&"…"`), or called by a function of the user's, is not.
public struct SessionFunctions: OptionSet, Sendable, Hashable {
  /// One bit for each kind of function.
  public let rawValue: UInt8

  /// A set of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `pg_advisory_lock`, `pg_try_advisory_lock` and their `_shared` forms; not the `xact` ones, which
  /// end with their transaction.
  public static let advisoryLock = SessionFunctions(rawValue: 1)
  /// `set_config`, unless its third argument is the word `true`: then the setting ends with its
  /// transaction.
  public static let setConfig = SessionFunctions(rawValue: 2)

  /// What these functions leave behind.
  public var pin: Pin? {
    if contains(.advisoryLock) { return .advisoryLock }
    return contains(.setConfig) ? .sessionSetting : nil
  }
}

extension SessionFunctions {
  /// How far behind the name of `set_config` its third argument is looked for, in bytes.
  static var argumentBytes: Int { 512 }

  /// Looks at one letter of a text, and adds the function whose name it is the tell-tale letter of: the
  /// `v` of `advisory`, the `f` of `config`.
  @inline(__always)
  mutating func look(_ text: RawSpan, at place: Int) {
    guard place > 0, place + 1 < text.byteCount,
      text.byte(at: place + 1) | 0x20 == UInt8(ascii: "i")
    else { return }
    switch text.byte(at: place - 1) | 0x20 {
    case UInt8(ascii: "d"): lookForLock(text, at: place - 2)
    case UInt8(ascii: "n"): lookForSetting(text, at: place - 7)
    default: return
    }
  }

  /// Adds the functions that take advisory locks if the common part of their names stands at `start`.
  private mutating func lookForLock(_ text: RawSpan, at start: Int) {
    guard text.hasText("advisory_lock", at: start) else { return }
    if text.hasText("pg_", at: start - 3) || text.hasText("pg_try_", at: start - 7) {
      insert(.advisoryLock)
    }
  }

  /// Adds the function that changes settings if its name stands at `start`.
  private mutating func lookForSetting(_ text: RawSpan, at start: Int) {
    if contains(.setConfig) || !text.hasText("set_config", at: start) { return }
    let end = start + 10
    if end < text.byteCount, SQLByte.continuesIdentifier(text.byte(at: end)) { return }
    if !Self.isTransactionLocal(text, argumentsFrom: end) { insert(.setConfig) }
  }

  /// Whether three arguments follow of which the last is the word `true`.
  private static func isTransactionLocal(_ text: RawSpan, argumentsFrom offset: Int) -> Bool {
    let window = text.extracting(0..<min(text.byteCount, offset + argumentBytes))
    let end = window.firstPlace(of: 0, from: offset)
    // The name may have been quoted.
    let isQuoted = offset < end && text.byte(at: offset) == UInt8(ascii: "\"")
    var lexer = SQLLexer(text.extracting(0..<end), at: offset + (isQuoted ? 1 : 0))
    guard lexer.next() == .symbol(UInt8(ascii: "(")) else { return false }
    var depth = 1
    var commas = 0
    var isTrue = false
    while true {
      let token = lexer.next()
      switch token {
      case .end: return false
      case .symbol(UInt8(ascii: "(")): depth += 1
      case .symbol(UInt8(ascii: ")")):
        depth -= 1
        if depth == 0 { return commas == 2 && isTrue }
      case .symbol(UInt8(ascii: ",")) where depth == 1:
        commas += 1
        // What follows the comma decides: the word, and nothing else before the parenthesis.
        var ahead = lexer
        isTrue = ahead.next() == .keyword(.true) && ahead.next() == .symbol(UInt8(ascii: ")"))
      default: break
      }
    }
  }
}
