extension [UInt8] {
  /// Appends bytes of a plan's store.
  ///
  /// Copying through the pointer takes a nanosecond or two; a slice would be retained, and
  /// released.
  @inline(__always)
  mutating func append(_ stretch: Stretch, of store: [UInt8]) {
    let range = Int(stretch.start)..<Int(stretch.start) + Int(stretch.count)
    // The pointer is used while the closure runs, and `store` isn't changed meanwhile; the range is
    // checked.
    unsafe store.withUnsafeBytes { bytes in
      unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }

  /// Appends a number's decimal digits.
  @inline(__always)
  mutating func append(digitsOf value: Int64) {
    var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
    var first = digits.count
    var rest = value.magnitude
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
    if value < 0 { append(UInt8(ascii: "-")) }
    for place in first..<digits.count { append(digits[place]) }
  }

  /// Overwrites four bytes with a length, most significant byte first.
  @inline(__always)
  mutating func put(length: Int, at offset: Int) {
    self[offset] = UInt8(truncatingIfNeeded: length >> 24)
    self[offset + 1] = UInt8(truncatingIfNeeded: length >> 16)
    self[offset + 2] = UInt8(truncatingIfNeeded: length >> 8)
    self[offset + 3] = UInt8(truncatingIfNeeded: length)
  }
}
