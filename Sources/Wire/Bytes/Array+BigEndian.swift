extension [UInt8] {
  /// Appends an integer, most significant byte first.
  mutating func append(bigEndian value: some FixedWidthInteger) {
    var shift = value.bitWidth
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Appends bytes from somebody else's memory.
  mutating func append(_ bytes: RawSpan, in range: Range<Int>) {
    for offset in range { append(bytes.byte(at: offset)) }
  }

  /// Appends text and the zero byte that ends it.
  ///
  /// A zero byte inside of the text is left out, since it would end the text early and turn what
  /// follows into other fields.
  mutating func append(terminated text: String) {
    for byte in text.utf8 where byte != 0 { append(byte) }
    append(0)
  }

  /// Overwrites four bytes at `offset` with an integer, most significant byte first.
  mutating func replace(at offset: Int, bigEndian value: UInt32) {
    for index in 0..<4 {
      self[offset + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index))
    }
  }
}
