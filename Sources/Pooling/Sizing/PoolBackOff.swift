public import Routing

/// How long a pool leaves its server alone after links could not be opened.
public struct PoolBackOff: Sendable, Hashable {
  /// Failed attempts since the last one that succeeded.
  public private(set) var failures: UInt32 = 0
  /// When the next attempt may be made.
  public private(set) var retryAt = MonotonicTime.origin

  /// No attempt has failed.
  public init() {}

  /// Notes that a link could not be opened, whatever the reason.
  public mutating func failed(at now: MonotonicTime, _ limits: PoolLimits) {
    // 2^32 times any pause worth having is over the maximum.
    let doublings = min(UInt64(failures), 32)
    let (pause, overflow) = limits.coolingNanoseconds.multipliedReportingOverflow(
      by: 1 << doublings)
    let longest = limits.coolingMaximumNanoseconds
    retryAt = now.advanced(byNanoseconds: overflow ? longest : min(pause, longest))
    failures = failures == .max ? .max : failures + 1
  }

  /// Notes that a link was opened.
  public mutating func succeeded() { self = PoolBackOff() }
}
