public import RandomNumbers

/// A small seeded generator for load balancing: ``SplitMix64`` and a choice.
///
/// One a worker. The same seed gives the same routes, which the simulation needs to replay a run.
public struct RandomSource: RandomNumberGenerator, Sendable {
  @usableFromInline var numbers: SplitMix64

  /// Starts a sequence; every seed, 0 included, is as good as another.
  @inlinable public init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  /// The next 64 bits.
  @inlinable public mutating func next() -> UInt64 { numbers.next() }

  /// A number in `0..<bound`, by multiplication instead of division.
  ///
  /// The bias is at most `bound / 2^64`: nothing for the handful of replicas a shard has.
  /// `bound` must be positive.
  @inlinable public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "an index below \(bound) was asked for; the bound must be positive")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
