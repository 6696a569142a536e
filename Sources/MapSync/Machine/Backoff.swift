/// Pauses after failures: exponential, with full jitter, so that those who failed together don't
/// come back together.
struct Backoff: Sendable {
  /// Failures in a row.
  private(set) var failures = 0
  private let first: Int64
  private let longest: Int64

  /// Pauses that begin with up to `first` and grow up to `longest`, in nanoseconds.
  init(first: Int64, longest: Int64) {
    self.first = max(1, min(first, longest))
    self.longest = max(1, longest)
  }

  /// Counts a failure and gives the pause after it, in nanoseconds.
  mutating func next(_ random: inout SplitMix) -> Int64 {
    let doubled = first.multipliedReportingOverflow(by: 1 << min(failures, 40))
    failures += 1
    return Int64.random(
      in: 0...(doubled.overflow ? longest : min(doubled.partialValue, longest)), using: &random)
  }

  /// Something worked.
  mutating func reset() { failures = 0 }
}

/// A small generator whose seed decides everything (Steele, Lea, Flood: SplitMix64, OOPSLA 2014).
struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension Duration {
  /// Whole nanoseconds; the longest number there is for what doesn't fit.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflow || carry ? (seconds < 0 ? .min : .max) : sum
  }
}
