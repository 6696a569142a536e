public import Routing

/// How long a pool leaves its server alone after links could not be opened.
public struct PoolBackOff: Sendable, Hashable {
  /// Failed attempts since the last one that succeeded.
  public private(set) var failures: UInt32 = 0
  /// When the first of these was.
  public private(set) var failingSince = MonotonicTime.origin
  /// When the next attempt may be made for those who wait.
  public private(set) var retryAt = MonotonicTime.origin
  /// When the next attempt may be made if nobody waits.
  public private(set) var refillAt = MonotonicTime.origin

  /// No attempt has failed.
  public init() {}

  /// Notes that a link could not be opened, whatever the reason.
  public mutating func failed(at now: MonotonicTime, _ limits: PoolLimits) {
    if failures == 0 { failingSince = now }
    retryAt = now.advanced(byNanoseconds: pause(limits, limits.coolingMaximumNanoseconds))
    refillAt = now.advanced(byNanoseconds: pause(limits, limits.refillMaximumNanoseconds))
    failures = failures == .max ? .max : failures + 1
  }

  private func pause(_ limits: PoolLimits, _ longest: UInt64) -> UInt64 {
    // 2^32 times any pause worth having is over the maximum.
    let doublings = min(UInt64(failures), 32)
    let (pause, overflow) = limits.coolingNanoseconds.multipliedReportingOverflow(
      by: 1 << doublings)
    return overflow ? longest : min(pause, longest)
  }

  /// Notes that a link was opened.
  public mutating func succeeded() { self = PoolBackOff() }
}
