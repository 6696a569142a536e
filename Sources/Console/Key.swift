/// What a person has pressed.
public enum Key: Sendable, Equatable {
  /// A key that writes something.
  case character(Character)
  /// Tab, and the same with the shift key.
  case tab, backTab
  /// The arrows, and those that go a page or to an end.
  case up, down, pageUp, pageDown, home, end
  /// Return, and the key that leaves.
  case enter, escape
}

/// Reads keys from what a terminal sends.
///
/// A key that sends several bytes may come in two parts: what could be its beginning is kept for the
/// next call, unless nothing follows.
public struct KeyReader: Sendable {
  private var kept: [UInt8] = []
  private static let escape: UInt8 = 0x1B
  /// Longer sequences are no keys that are known here.
  private static let longest = 8

  /// Nothing was read yet.
  public init() {}

  /// The keys that bytes mean; `[]` asks what is kept to be taken as it is.
  public mutating func read(_ bytes: [UInt8]) -> [Key] {
    let isOver = bytes.isEmpty
    var rest = (kept + bytes)[...]
    kept = []
    var keys: [Key] = []
    while let first = rest.first {
      if first == Self.escape {
        guard let length = Self.length(ofSequence: rest) else {
          if !isOver, rest.count < Self.longest {
            kept = Array(rest)
            return keys
          }
          keys.append(.escape)
          rest = rest.dropFirst(rest.count)
          continue
        }
        if let key = Self.key(Array(rest.prefix(length))) { keys.append(key) }
        rest = rest.dropFirst(length)
      } else {
        let length = Self.length(ofCharacter: first)
        guard rest.count >= length else {
          if !isOver { kept = Array(rest) }
          return keys
        }
        if let key = Self.plain(Array(rest.prefix(length))) { keys.append(key) }
        rest = rest.dropFirst(length)
      }
    }
    return keys
  }

  /// Bytes of the sequence at the beginning; nil where its end isn't there.
  private static func length(ofSequence bytes: ArraySlice<UInt8>) -> Int? {
    let bytes = Array(bytes.prefix(longest))
    guard bytes.count >= 2 else { return nil }
    // The escape key, and then another one.
    guard bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") else { return 1 }
    guard let end = bytes.dropFirst(2).firstIndex(where: { 0x40...0x7E ~= $0 }) else { return nil }
    return end + 1
  }

  private static func key(_ bytes: [UInt8]) -> Key? {
    switch String(decoding: bytes.dropFirst(), as: UTF8.self) {
    case "": .escape
    case "[A", "OA": .up
    case "[B", "OB": .down
    case "[H", "OH", "[1~": .home
    case "[F", "OF", "[4~": .end
    case "[5~": .pageUp
    case "[6~": .pageDown
    case "[Z": .backTab
    default: nil
    }
  }

  private static func length(ofCharacter first: UInt8) -> Int {
    switch first {
    case 0xC0...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF7: 4
    default: 1
    }
  }

  private static func plain(_ bytes: [UInt8]) -> Key? {
    switch bytes {
    case [0x09]: return .tab
    case [0x0D], [0x0A]: return .enter
    default:
      guard bytes[0] >= 0x20, bytes[0] != 0x7F,
        let character = String(validating: bytes, as: UTF8.self)?.first
      else { return nil }
      return .character(character)
    }
  }
}
