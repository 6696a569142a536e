/// A number, and how long it is in decimal digits.
struct Decimal {
  /// The most bytes that a value takes: a count in front, a sign and 19 digits.
  static var mostBytes: Int32 { 24 }

  let magnitude: UInt64
  let isNegative: Bool
  let digits: Int

  @inline(__always)
  init(_ value: Int64) {
    magnitude = value.magnitude
    isNegative = value < 0
    var digits = 1
    // At most 10¹⁹, which a word can hold.
    var limit: UInt64 = 10
    while magnitude >= limit {
      digits += 1
      limit *= 10
    }
    self.digits = digits
  }

  var byteCount: Int { digits + (isNegative ? 1 : 0) }
}
