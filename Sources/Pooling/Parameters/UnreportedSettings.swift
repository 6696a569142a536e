import Wire

/// What a session has SET of settings that servers don't report: names and values as SQL has them, in one text.
///
/// A client and a link have one each, kept as a value of the ``ValueTable``, so that comparing them stays comparing two numbers. A link may have
/// settings whose values aren't known, since nobody has seen a statement's outcome: those are set, or reset, before the next client gets it.
///
/// The text is a line for each name, in the order of names: the name, a space, the value. A value that isn't known is empty.
public struct UnreportedSettings: Sendable, Equatable {
  private struct Setting: Sendable, Equatable {
    let name: [UInt8]
    /// As it stands in SQL; nil where it isn't known.
    let value: [UInt8]?
  }

  private var settings: [Setting] = []

  /// Nothing was set.
  public init() {}

  /// Reads ``text``.
  public init(_ text: RawSpan) {
    var start = 0
    while start < text.byteCount {
      var space = start
      while text.byte(at: space) != UInt8(ascii: " ") { space += 1 }
      var end = space
      while text.byte(at: end) != UInt8(ascii: "\n") { end += 1 }
      let value = text.copy(of: space + 1..<end)
      settings.append(
        Setting(name: text.copy(of: start..<space), value: value.isEmpty ? nil : value))
      start = end + 1
    }
  }

  /// Reads ``text`` that another process has kept; nil when it is no such text.
  public init?(checking text: RawSpan) {
    var isName = true
    for offset in 0..<text.byteCount {
      switch text.byte(at: offset) {
      case UInt8(ascii: " ") where isName: isName = false
      case UInt8(ascii: "\n"):
        guard !isName else { return nil }
        isName = true
      default: continue
      }
    }
    guard isName else { return nil }
    self.init(text)
    let isKnown = settings.allSatisfy {
      Self.canFollow($0.name) && ($0.value.map(Self.isRepeatable) ?? true)
    }
    guard isKnown else { return nil }
  }

  /// The text that is kept; empty when nothing was set.
  public var text: [UInt8] {
    var text: [UInt8] = []
    for setting in settings {
      text += setting.name + [UInt8(ascii: " ")] + (setting.value ?? []) + [UInt8(ascii: "\n")]
    }
    return text
  }

  /// A setting has this value from now on.
  ///
  /// - Parameters:
  ///   - name: in lower case, as ``Wire/SettingName/copy(in:)`` gives it.
  ///   - value: as it stands in the statement: a word, a number, a text in quotes, or a list of these.
  /// - Returns: false when it is written in a way that can't be repeated on another server; then nothing has changed.
  public mutating func set(_ name: [UInt8], to value: [UInt8]) -> Bool {
    guard Self.canFollow(name), Self.isRepeatable(value) else { return false }
    put(Setting(name: name, value: value))
    return true
  }

  /// A setting may have changed, and to what isn't known.
  public mutating func loseSight(of name: [UInt8]) {
    if Self.canFollow(name) { put(Setting(name: name, value: nil)) }
  }

  /// All that was ever set may have changed.
  public mutating func loseSightOfAll() {
    settings = settings.map { Setting(name: $0.name, value: nil) }
  }

  /// A setting has its default again.
  public mutating func reset(_ name: [UInt8]) { settings.removeAll { $0.name == name } }

  /// The SQL that makes of a link with these settings one with `wanted`; each statement ends in a semicolon and a space.
  func statements(toReach wanted: UnreportedSettings) -> [UInt8] {
    var sql: [UInt8] = []
    for setting in settings where !wanted.settings.contains(where: { $0.name == setting.name }) {
      sql += Array("RESET ".utf8) + Self.quoted(setting.name) + Array("; ".utf8)
    }
    for setting in wanted.settings where !settings.contains(setting) {
      guard let value = setting.value else { continue }
      sql += Array("SET ".utf8) + Self.quoted(setting.name) + Array(" TO ".utf8) + value
      sql += Array("; ".utf8)
    }
    return sql
  }

  private mutating func put(_ setting: Setting) {
    let place = settings.firstIndex { !$0.name.lexicographicallyPrecedes(setting.name) }
    guard let place else { return settings.append(setting) }
    if settings[place].name == setting.name {
      settings[place] = setting
    } else {
      settings.insert(setting, at: place)
    }
  }

  // MARK: What can follow

  /// Names that mean more than a value: who the session is, and what is over with its transaction.
  private static let excluded = ["role", "session_authorization", "seed"]

  /// Whether a setting of this name can follow its client: it is a plain name, perhaps with dots, of a setting and nothing else.
  public static func canFollow(_ name: [UInt8]) -> Bool {
    guard !name.isEmpty, !name.starts(with: "transaction_".utf8) else { return false }
    let isPlain = name.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    return isPlain && !excluded.contains { name.elementsEqual($0.utf8) }
  }

  /// Whether a value means the same whatever else is set: words, numbers and texts in quotes, with commas between them, in ASCII and without escapes
  /// or comments.
  public static func isRepeatable(_ value: [UInt8]) -> Bool {
    var quote: UInt8?
    var previous = UInt8(ascii: " ")
    for byte in value {
      guard (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\\") else { return false }
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        // Behind a letter it is an escape's, such as `E'…'`.
        guard !isWordByte(previous) else { return false }
        quote = byte
      } else {
        guard isPlain(byte), byte != UInt8(ascii: "-") || previous != byte else { return false }
      }
      previous = byte
    }
    let text = String(decoding: value, as: UTF8.self).lowercased()
    return quote == nil && !value.isEmpty && !text.hasPrefix("from ")
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    isWordByte(byte) || ". ,+-".utf8.contains(byte)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// The name in quotes, part by part.
  private static func quoted(_ name: [UInt8]) -> [UInt8] {
    let quote = [UInt8(ascii: "\"")]
    let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return quote + Array(parts.joined(separator: Array("\".\"".utf8))) + quote
  }
}
