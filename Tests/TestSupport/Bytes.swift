/// Bytes written as text in a test: hexadecimal digits, white space is passed over.
public func hex(_ text: String) -> [UInt8] {
  let digits = text.filter { !$0.isWhitespace }.map { UInt8($0.hexDigitValue!) }
  precondition(digits.count % 2 == 0, "half a byte")
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// An integer in as many bytes, most significant first.
public func bigEndian(_ value: Int, bytes count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
}
