extension RawSpan {
  /// The byte at `offset`; traps outside of the span.
  ///
  /// The only way in which these decoders read memory: every decoder stands on this bounds check.
  @inlinable
  public func byte(at offset: Int) -> UInt8 {
    Span<UInt8>(_bytes: self)[offset]
  }

  /// The big-endian 16-bit integer at `offset`; traps outside of the span.
  @inlinable
  func bigEndianUInt16(at offset: Int) -> UInt16 {
    UInt16(byte(at: offset)) << 8 | UInt16(byte(at: offset + 1))
  }

  /// The big-endian 32-bit integer at `offset`; traps outside of the span.
  @inlinable
  func bigEndianUInt32(at offset: Int) -> UInt32 {
    UInt32(bigEndianUInt16(at: offset)) << 16 | UInt32(bigEndianUInt16(at: offset + 2))
  }

  /// Whether the bytes in `range` are those of `text`; traps when `range` leaves the span.
  @inlinable
  func bytes(in range: Range<Int>, equal text: String.UTF8View) -> Bool {
    var offset = range.lowerBound
    for byte in text {
      if offset == range.upperBound || self.byte(at: offset) != byte { return false }
      offset += 1
    }
    return offset == range.upperBound
  }

  /// Whether the bytes in two ranges are the same; traps when a range leaves the span.
  @inlinable
  func bytes(in first: Range<Int>, equalThoseIn second: Range<Int>) -> Bool {
    if first.count != second.count { return false }
    for index in 0..<first.count
    where byte(at: first.lowerBound + index) != byte(at: second.lowerBound + index) {
      return false
    }
    return true
  }

  /// A copy of the bytes in `range`; traps when `range` leaves the span. Allocates.
  @inlinable
  public func copy(of range: Range<Int>) -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(range.count)
    for offset in range { copy.append(byte(at: offset)) }
    return copy
  }
}
