extension [UInt8] {
  /// Appends bytes of a plan's store.
  @inline(__always)
  mutating func append(_ stretch: Stretch, of store: [UInt8]) {
    append(addingCapacity: Int(stretch.count)) { output in output.append(stretch, of: store) }
  }
}

extension OutputSpan where Element == UInt8 {
  /// Appends bytes of a plan's store; traps when there is no room.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func append(_ stretch: Stretch, of store: [UInt8]) {
    let range = Int(stretch.start)..<Int(stretch.start) + Int(stretch.count)
    // Both ranges are checked. The pointers are used while the closures run, when neither the store
    // nor the output is changed by anybody else. A loop over bytes costs four times as much.
    precondition(range.count <= freeCapacity && range.upperBound <= store.count)
    unsafe store.withUnsafeBytes { source in
      unsafe withUnsafeMutableBufferPointer { target, count in
        let free = unsafe UnsafeMutableRawBufferPointer(target)[count...]
        unsafe UnsafeMutableRawBufferPointer(rebasing: free).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[range]))
        count += range.count
      }
    }
  }

  /// Appends a number's decimal digits; traps when there is no room.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func append(digitsOf value: Int64) {
    append(Decimal(value))
  }

  /// Appends a number as Bind has it, the count of its bytes before its digits; traps when there is
  /// no room.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func append(parameter value: Int64) {
    let decimal = Decimal(value)
    for _ in 0..<3 { append(0) }
    append(UInt8(truncatingIfNeeded: decimal.byteCount))
    append(decimal)
  }

  @inline(__always)
  @_lifetime(self: copy self)
  private mutating func append(_ decimal: Decimal) {
    if decimal.isNegative { append(UInt8(ascii: "-")) }
    for _ in 0..<decimal.digits { append(0) }
    // From the last digit to the first.
    var place = count
    var rest = decimal.magnitude
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place -= 1
      self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
  }

  /// Overwrites four bytes with a length, most significant byte first.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func put(length: Int, at offset: Int) {
    self[offset] = UInt8(truncatingIfNeeded: length >> 24)
    self[offset + 1] = UInt8(truncatingIfNeeded: length >> 16)
    self[offset + 2] = UInt8(truncatingIfNeeded: length >> 8)
    self[offset + 3] = UInt8(truncatingIfNeeded: length)
  }
}
