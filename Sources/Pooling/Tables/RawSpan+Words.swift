extension RawSpan {
  /// The eight bytes at `offset`, the first of them lowest; traps outside of the span.
  @inlinable
  func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The bytes from `offset` to `end`, less than eight, the first of them lowest and zeroes above the last;
  /// traps outside of the span.
  ///
  /// Names are short, so that most of a look-up would otherwise be a loop over these.
  @inlinable @inline(__always)
  func partialWord(at offset: Int, end: Int) -> UInt64 {
    let count = end - offset
    if count <= 0 { return 0 }
    if end >= 8 { return word(at: end - 8) &>> UInt64(64 - 8 * count) }
    if count >= 4 {
      let last = unsafeLoadUnaligned(fromByteOffset: end - 4, as: UInt32.self)
      let first = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return UInt64(UInt32(littleEndian: first))
        | UInt64(UInt32(littleEndian: last)) &<< UInt64(8 * (count - 4))
    }
    // The three may be the same byte, or two of them.
    let first = unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    let middle = unsafeLoad(fromByteOffset: offset + count / 2, as: UInt8.self)
    let last = unsafeLoad(fromByteOffset: end - 1, as: UInt8.self)
    return UInt64(first) | UInt64(middle) &<< UInt64(8 * (count / 2))
      | UInt64(last) &<< UInt64(8 * (count - 1))
  }

  /// Whether the first `count` bytes here and there are the same, eight at a time; traps when there are fewer.
  @inlinable
  func hasPrefix(_ other: RawSpan, count: Int) -> Bool {
    var offset = 0
    while offset + 8 <= count {
      if word(at: offset) != other.word(at: offset) { return false }
      offset += 8
    }
    return partialWord(at: offset, end: count) == other.partialWord(at: offset, end: count)
  }

  /// Whether the bytes are the same.
  @inlinable
  func isEqual(to other: RawSpan) -> Bool {
    byteCount == other.byteCount && hasPrefix(other, count: byteCount)
  }
}
