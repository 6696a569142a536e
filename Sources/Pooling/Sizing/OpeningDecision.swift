public import Routing

/// Whether a pool opens links now, how many, or why not although it lacks some.
public enum OpeningDecision: Sendable, Hashable {
  /// This many, at least 1.
  case open(Int)
  /// Nobody waits who isn't provided for, and the minimum is there.
  case enough
  /// The pool has its maximum.
  case poolIsFull
  /// Attempts have failed; not before this time.
  case coolingUntil(MonotonicTime)
  /// As many as may be opening are: after a failed attempt, one at a time.
  case opensEnough
  /// The instance's cap leaves this worker none. Asking ``InstanceCap/take(_:)`` puts it in line.
  case instanceIsFull
}

extension PoolCounts {
  /// Decides whether to open links, by these numbers.
  ///
  /// - Parameters:
  ///   - limits: the pool's.
  ///   - instanceRoom: links that this worker may still open at the pool's instance, as
  ///     ``InstanceCap/room(for:)`` estimates; `.max` where there is no cap.
  ///   - backOff: what earlier attempts came to.
  ///   - now: the time.
  /// - Returns: what to do, or why nothing.
  public func opening(
    _ limits: PoolLimits, instanceRoom: Int = .max, backOff: PoolBackOff, now: MonotonicTime
  ) -> OpeningDecision {
    let wanted = wantedLinks(limits)
    if wanted <= 0 { return .enough }
    if links >= limits.maximum { return .poolIsFull }
    if backOff.failures > 0, now < backOff.retryAt { return .coolingUntil(backOff.retryAt) }
    let openingAtOnce = backOff.failures > 0 ? 1 : limits.openingAtOnce
    if opening >= openingAtOnce { return .opensEnough }
    if instanceRoom <= 0 { return .instanceIsFull }
    return .open(min(wanted, limits.maximum - links, openingAtOnce - opening, instanceRoom))
  }

  /// Links that are missing for those who wait, or to the minimum.
  private func wantedLinks(_ limits: PoolLimits) -> Int {
    max(waiting - idle - opening, min(limits.minimum, limits.maximum) - links)
  }
}
