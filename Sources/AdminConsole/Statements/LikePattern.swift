/// A pattern as SQL's LIKE has it: `%` stands for any bytes, `_` for one character, and `\` takes the next sign as it is.
public struct LikePattern: Sendable {
  private enum Part: Sendable, Hashable {
    case anything
    case character
    case byte(UInt8)
  }

  private let parts: [Part]

  /// Reads a pattern.
  public init(_ text: String) {
    var parts: [Part] = []
    var isEscaped = false
    for byte in text.utf8 {
      switch byte {
      case _ where isEscaped:
        parts.append(.byte(byte))
        isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "%"): if parts.last != .anything { parts.append(.anything) }
      case UInt8(ascii: "_"): parts.append(.character)
      default: parts.append(.byte(byte))
      }
    }
    self.parts = parts
  }

  /// Whether a text fits.
  ///
  /// - Complexity: the text's length times the pattern's at worst.
  public func fits(_ text: [UInt8]) -> Bool {
    var (part, place) = (0, 0)
    /// Where to go on when what followed the last `%` doesn't fit: one byte later.
    var retry: (part: Int, place: Int)?
    while place < text.count {
      if part < parts.count, let next = step(parts[part], text, place) {
        if parts[part] == .anything { retry = (part + 1, place) }
        part += 1
        place = next
      } else if let last = retry {
        retry = (last.part, last.place + 1)
        (part, place) = (last.part, last.place + 1)
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0 == .anything }
  }

  /// Where the text goes on behind a part; nil when it doesn't fit here.
  private func step(_ part: Part, _ text: [UInt8], _ place: Int) -> Int? {
    switch part {
    case .anything: return place
    case .byte(let byte): return text[place] == byte ? place + 1 : nil
    case .character:
      var next = place + 1
      while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
      return next
    }
  }
}
