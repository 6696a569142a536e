/// Kinds of bytes as the server's scanner (`scan.l`) sees them.
enum SQLByte {
  /// White space; the server takes a vertical tab for one from 16 on.
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
  }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Whether an identifier can begin with it; bytes of other than ASCII characters always can.
  @inline(__always)
  static func beginsIdentifier(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  /// Whether it can stand inside of an identifier, and inside of the tag of a dollar quote but for the
  /// dollar.
  @inline(__always)
  static func continuesIdentifier(_ byte: UInt8) -> Bool {
    beginsIdentifier(byte) || isDigit(byte) || byte == UInt8(ascii: "$")
  }

  /// An ASCII letter in lower case, any other byte as it is.
  @inline(__always)
  static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

extension RawSpan {
  /// Whether `text`, in lower case, stands at `offset` in either case.
  func hasText(_ text: String, at offset: Int) -> Bool {
    if offset < 0 || text.utf8.count > byteCount - offset { return false }
    var offset = offset
    for expected in text.utf8 {
      if SQLByte.lowered(byte(at: offset)) != expected { return false }
      offset += 1
    }
    return true
  }
}
