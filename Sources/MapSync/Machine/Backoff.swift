import RandomNumbers

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
  mutating func next(_ random: inout SplitMix64) -> Int64 {
    let doubled = first.multipliedReportingOverflow(by: 1 << min(failures, 40))
    failures += 1
    return Int64.random(
      in: 0...(doubled.overflow ? longest : min(doubled.partialValue, longest)), using: &random)
  }

  /// Something worked.
  mutating func reset() { failures = 0 }
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
