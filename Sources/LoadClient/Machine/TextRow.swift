internal import Wire

/// A row whose values are text, read without a copy.
struct TextRow {
  /// How many values it has.
  let count: Int

  /// The row in the body of a `D` message; nil where it has none.
  init?(_ body: RawSpan) {
    guard body.byteCount >= 2 else { return nil }
    count = Int(body.byte(at: 0)) << 8 | Int(body.byte(at: 1))
  }

  /// Where the value of a column lies, from 0; nil for NULL, and where the row isn't laid out as it
  /// says.
  func place(of column: Int, in body: RawSpan) -> Range<Int>? {
    guard column < count else { return nil }
    var offset = 2
    var left = column
    while offset + 4 <= body.byteCount {
      var bits: UInt32 = 0
      for place in 0..<4 { bits = bits << 8 | UInt32(body.byte(at: offset + place)) }
      let length = Int(Int32(bitPattern: bits))
      let start = offset + 4
      if length > body.byteCount - start { return nil }
      if left == 0 { return length < 0 ? nil : start..<start + length }
      left -= 1
      offset = start + max(0, length)
    }
    return nil
  }

  /// The number in a column, nil where there is none.
  func number(of column: Int, in body: RawSpan) -> Int64? {
    guard let place = place(of: column, in: body), !place.isEmpty else { return nil }
    let isNegative = body.byte(at: place.lowerBound) == UInt8(ascii: "-")
    var value: Int64 = 0
    for offset in place.dropFirst(isNegative ? 1 : 0) {
      let digit = body.byte(at: offset) &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, isTooLarge) = tens.subtractingReportingOverflow(Int64(digit))
      if overflows || isTooLarge { return nil }
      value = sum
    }
    // Counted downwards, where there is room for one more.
    if isNegative { return place.count > 1 ? value : nil }
    return value == .min ? nil : -value
  }

  /// Whether a column is `t`.
  func isTrue(_ column: Int, in body: RawSpan) -> Bool {
    guard let place = place(of: column, in: body), place.count == 1 else { return false }
    return body.byte(at: place.lowerBound) == UInt8(ascii: "t")
  }
}
