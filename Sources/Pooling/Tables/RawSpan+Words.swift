extension RawSpan {
  /// The eight bytes at `offset`, the first of them lowest; traps outside of the span.
  @inlinable
  func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Whether the first `count` bytes here and there are the same, eight at a time; traps when there are fewer.
  @inlinable
  func hasPrefix(_ other: RawSpan, count: Int) -> Bool {
    var offset = 0
    while offset + 8 <= count {
      if word(at: offset) != other.word(at: offset) { return false }
      offset += 8
    }
    while offset < count {
      let byte = unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      if byte != other.unsafeLoad(fromByteOffset: offset, as: UInt8.self) { return false }
      offset += 1
    }
    return true
  }

  /// Whether the bytes are the same.
  @inlinable
  func isEqual(to other: RawSpan) -> Bool {
    byteCount == other.byteCount && hasPrefix(other, count: byteCount)
  }
}
