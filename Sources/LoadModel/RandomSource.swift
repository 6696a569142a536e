internal import RandomNumbers

/// Random numbers that a seed decides: xoshiro256**, seeded by ``SplitMix64``.
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2021).
/// - Complexity: O(1), no allocation.
public struct RandomSource: RandomNumberGenerator, Sendable {
  private var a: UInt64
  private var b: UInt64
  private var c: UInt64
  private var d: UInt64

  /// Different seeds give streams that have nothing to do with each other.
  public init(seed: UInt64) {
    var seeds = SplitMix64(seed: seed)
    a = seeds.next()
    b = seeds.next()
    c = seeds.next()
    d = seeds.next()
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    let product = b &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = d << 45 | d >> 19
    return result
  }

  /// A number above 0, at most 1.
  public mutating func unit() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }

  /// A whole number of a range, each alike.
  public mutating func number(in range: ClosedRange<Int64>) -> Int64 {
    Int64.random(in: range, using: &self)
  }
}
