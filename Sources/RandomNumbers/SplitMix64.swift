/// Random numbers that a seed decides: the same ones on every machine. Never for secrets.
///
/// Eight bytes of state, about a nanosecond a number.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  /// How far one state is from the next: 2^64 divided by the golden ratio, made odd.
  @inlinable public static var step: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// Starts a sequence; every seed, 0 included, is as good as another.
  @inlinable public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  @inlinable public mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mixed(state)
  }

  /// A number whose every bit depends on every bit of `value`; no two values give the same one.
  @inlinable public static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
