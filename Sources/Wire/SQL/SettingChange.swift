/// A `SET` statement.
public struct SettingChange: Sendable, Hashable {
  /// How long a setting lasts.
  public enum Scope: Sendable, Hashable {
    /// `SET` and `SET SESSION`: as long as the session, once the transaction has succeeded.
    case session
    /// `SET LOCAL`: as long as the transaction.
    case local
  }

  /// How long it lasts.
  public let scope: Scope
  /// What is set.
  public let name: SettingName
  /// What it is set to.
  public let value: SettingValue
}

/// What a setting is set to. The range is an offset into the text.
public struct SettingValue: Sendable, Hashable {
  /// How a value is written.
  public enum Form: Sendable, Hashable {
    /// Not at all: the server refuses the statement, but for `SET NAMES`, which sets the default.
    case missing
    /// A word or a number, perhaps with a sign right before it.
    case bare
    /// One text in `'` or `"`, without escapes.
    case quoted
    /// `DEFAULT`; for the time zone also `LOCAL`.
    case defaultValue
    /// Anything else: a list, a literal with escapes or dollars, `FROM CURRENT`, or what the server
    /// refuses.
    case other
  }

  /// How it is written.
  public let form: Form
  /// Where it stands as it is written, its quotes included; empty when it is missing.
  public let range: Range<Int>

  /// The value itself: a word in lower case, a number as it is, a text without its quotes. Allocates.
  ///
  /// - Returns: the value, or nil unless it is ``Form/bare`` or ``Form/quoted``.
  public func copy(in text: RawSpan) -> [UInt8]? {
    switch form {
    case .bare: text.copy(of: range).map(SQLByte.lowered)
    case .quoted: text.unquoted(range)
    case .missing, .defaultValue, .other: nil
    }
  }
}

extension RawSpan {
  /// What stands between the quotes of a literal or identifier, doubled ones halved. Allocates.
  func unquoted(_ range: Range<Int>) -> [UInt8] {
    var content: [UInt8] = []
    content.reserveCapacity(range.count)
    let quote = byte(at: range.lowerBound)
    var offset = range.lowerBound + 1
    while offset < range.upperBound - 1 {
      let byte = byte(at: offset)
      content.append(byte)
      offset += byte == quote ? 2 : 1
    }
    return content
  }
}
