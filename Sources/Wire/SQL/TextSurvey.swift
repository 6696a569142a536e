/// One pass over a whole text, eight bytes a step: what tells that it needs a closer look.
struct TextSurvey {
  /// Where the text ends: at its first zero byte, as for the server, or with its last byte.
  private(set) var end: Int
  /// The first semicolon, which may stand in a literal or comment; nil when there is none.
  private(set) var firstSemicolon: Int?
  private(set) var functions: SessionFunctions = []

  init(_ text: RawSpan) {
    end = text.byteCount
    var offset = 0
    while offset <= text.byteCount &- 8 {
      let marks = Self.marks(text.fullLanes(at: offset))
      if marks != 0, !look(at: marks, from: offset, text) { return }
      offset &+= 8
    }
    _ = look(at: Self.marks(text.lastLanes(at: offset)), from: offset, text)
  }

  /// Looks at the bytes that are marked of the eight from `offset` on; false when the text ends there.
  @inline(__always)
  private mutating func look(at marks: UInt64, from offset: Int, _ text: RawSpan) -> Bool {
    var marks = marks
    while marks != 0 {
      let place = offset + marks.trailingZeroBitCount >> 3
      marks &= marks - 1
      if place >= text.byteCount { return false }
      switch text.byte(at: place) {
      case 0:
        end = place
        return false
      case UInt8(ascii: ";"):
        if firstSemicolon == nil { firstSemicolon = place }
      default: functions.look(text, at: place)
      }
    }
    return true
  }

  /// Whether anything but white space and semicolons follows the first semicolon: only then can the text
  /// hold more than one statement.
  func hasInnerSemicolon(_ text: RawSpan) -> Bool {
    guard let firstSemicolon else { return false }
    for offset in firstSemicolon + 1..<end {
      let byte = text.byte(at: offset)
      if byte != UInt8(ascii: ";") && !SQLByte.isSpace(byte) { return true }
    }
    return false
  }

  /// Marks the ends of statements and texts, and the letters `f` and `v` in either case.
  ///
  /// The two letters differ in one bit, and they are the rarest of `set_config` and `advisory` that do,
  /// so that one comparison finds all candidates.
  @inline(__always)
  private static func marks(_ lanes: UInt64) -> UInt64 {
    ByteLanes.zeros(lanes)
      | ByteLanes.marks(lanes, UInt8(ascii: ";"))
      | ByteLanes.marks(lanes, UInt8(ascii: "v"), ignoring: 0x30)
  }
}
