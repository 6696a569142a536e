/// Small numbers in bits, without memory of its own elsewhere.
struct NumberSet {
  private var words = InlineArray<4, UInt64>(repeating: 0)

  /// How many numbers it can hold, from 0.
  static var capacity: Int { 256 }

  /// Whether a number is in.
  @inline(__always)
  func contains(_ number: Int) -> Bool { words[number >> 6] >> UInt64(number & 63) & 1 == 1 }

  /// Puts a number in.
  mutating func insert(_ number: Int) { words[number >> 6] |= 1 << UInt64(number & 63) }
}
