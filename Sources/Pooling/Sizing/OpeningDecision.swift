public import Routing

/// Whether a pool opens links now, how many, or why not although it lacks some.
public enum OpeningDecision: Sendable, Hashable {
  /// This many, at least 1, as far as the instance's cap leaves them.
  case open(Int)
  /// Nobody waits who isn't provided for, and the minimum is there.
  case enough
  /// The pool has its maximum.
  case poolIsFull
  /// Attempts have failed; not before this time.
  case coolingUntil(MonotonicTime)
  /// As many as may be opening are: after a failed attempt, one at a time.
  case opensEnough
}

extension PoolCounts {
  /// Decides whether to open links, by these numbers.
  ///
  /// - Parameters:
  ///   - limits: the pool's.
  ///   - backOff: what earlier attempts came to.
  ///   - now: the time.
  /// - Returns: what to do, or why nothing.
  public func opening(
    _ limits: PoolLimits, backOff: PoolBackOff, now: MonotonicTime
  ) -> OpeningDecision {
    let wanted = max(unprovided, min(limits.minimum, limits.maximum) - links)
    if wanted <= 0 { return .enough }
    if links >= limits.maximum { return .poolIsFull }
    let retryAt = unprovided > 0 ? backOff.retryAt : backOff.refillAt
    if backOff.failures > 0, now < retryAt { return .coolingUntil(retryAt) }
    let openingAtOnce = backOff.failures > 0 ? 1 : limits.openingAtOnce
    if opening >= openingAtOnce { return .opensEnough }
    return .open(min(wanted, limits.maximum - links, openingAtOnce - opening))
  }

  /// How many wait for whom no link is idle or on its way; not positive for none.
  public var unprovided: Int { waiting - idle - opening - returning }
}
