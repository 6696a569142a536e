/// A small seeded generator for load balancing: SplitMix64.
///
/// One a worker; 8 bytes of state; about a nanosecond a number; never for secrets. The same seed
/// gives the same routes, which the simulation needs to replay a run.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
public struct RandomSource: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  /// Starts a sequence; every seed, 0 included, is as good as another.
  @inlinable public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 bits.
  @inlinable public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number in `0..<bound`, by multiplication instead of division.
  ///
  /// The bias is at most `bound / 2^64`: nothing for the handful of replicas a shard has.
  /// `bound` must be positive.
  @inlinable public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "an index below \(bound) was asked for; the bound must be positive")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
