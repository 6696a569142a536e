extension OutputSpan where Element == UInt8 {
  /// Appends a 32-bit integer, most significant byte first; traps when there is no room.
  @_lifetime(self: copy self)
  mutating func append(bigEndian value: UInt32) {
    append(UInt8(truncatingIfNeeded: value >> 24))
    append(UInt8(truncatingIfNeeded: value >> 16))
    append(UInt8(truncatingIfNeeded: value >> 8))
    append(UInt8(truncatingIfNeeded: value))
  }

  /// Appends bytes from somebody else's memory and a zero byte; traps when there is no room.
  @_lifetime(self: copy self)
  mutating func append(terminated bytes: RawSpan) {
    for offset in 0..<bytes.byteCount { append(bytes.byte(at: offset)) }
    append(0)
  }
}
