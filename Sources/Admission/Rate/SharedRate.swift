internal import Routing
internal import Synchronization

/// One rate that several workers use up: a theoretical arrival time in one atomic word, in the ticks
/// of ``RateLimit``.
///
/// Invariant, whatever the interleaving: of all that was taken and not given back, never more than
/// `rate · t + burst` since the word was made. For taking adds k periods to the larger of the word and
/// now, and only where the sum is at most now + burst periods; giving back subtracts no more periods
/// than were added; both in one exchange of the word they were computed from. A rate that changes
/// keeps the time that the word has, so that the debt is as long as it was, and not as large; only where
/// it would be longer than all of the new burst can make it, it is cut to that (``capDebt(of:limit:now:)``).
enum SharedRate {
  /// What one attempt to take got.
  struct Taken {
    /// 0 when nothing could be taken.
    let events: UInt64
    /// When one can be taken, where none could.
    let until: MonotonicTime
  }

  /// Takes a slice for one of so many workers, or nothing.
  static func takeSlice(
    from word: borrowing Atomic<UInt64>, limit: RateLimit, workers: UInt64, now: MonotonicTime
  ) -> Taken {
    guard limit.perSecond > 0 else {
      return Taken(
        events: 0, until: now.advanced(byNanoseconds: AdmissionLimits.noShareNanoseconds))
    }
    let ticks = RateLimit.ticks(now)
    let end = ticks &+ limit.tolerance
    var seen = word.load(ordering: .relaxed)
    while true {
      let arrival = max(seen, ticks)
      guard arrival &+ limit.period <= end else {
        return Taken(events: 0, until: RateLimit.time(ticks &+ (arrival &+ limit.period &- end)))
      }
      let events = limit.slice(left: (end &- arrival) / limit.period, workers: workers)
      let (exchanged, original) = word.weakCompareExchange(
        expected: seen, desired: arrival &+ events &* limit.period, ordering: .relaxed)
      if exchanged { return Taken(events: events, until: now) }
      seen = original
    }
  }

  /// Takes one event; nil if it conforms, otherwise when it will.
  static func takeOne(
    from word: borrowing Atomic<UInt64>, limit: RateLimit, now: MonotonicTime
  ) -> MonotonicTime? {
    let taken = takeSlice(from: word, limit: limit, workers: .max, now: now)
    return taken.events > 0 ? nil : taken.until
  }

  /// Gives events back that were taken.
  static func giveBack(_ events: UInt64, to word: borrowing Atomic<UInt64>, limit: RateLimit) {
    let ticks = events &* limit.period
    var seen = word.load(ordering: .relaxed)
    while true {
      let (exchanged, original) = word.weakCompareExchange(
        expected: seen, desired: seen > ticks ? seen &- ticks : 0, ordering: .relaxed)
      if exchanged { return }
      seen = original
    }
  }

  /// Lets no more be taken at once than before, although the rate and the burst have grown from one share to
  /// a larger one: what the burst has grown by must be waited for. Elsewhere it may have been used up.
  static func withholdBurst(
    of word: borrowing Atomic<UInt64>, limit: RateLimit, from share: UInt32, to larger: UInt32,
    now: MonotonicTime
  ) {
    let ticks = RateLimit.ticks(now)
    var seen = word.load(ordering: .relaxed)
    while true {
      let left = limit.tolerance - min(limit.tolerance, max(seen, ticks) - ticks)
      let kept = UInt64(larger).dividingFullWidth(left.multipliedFullWidth(by: UInt64(share)))
      let (exchanged, original) = word.weakCompareExchange(
        expected: seen, desired: max(seen, ticks &+ limit.tolerance &- kept.quotient),
        ordering: .relaxed)
      if exchanged { return }
      seen = original
    }
  }

  /// Lets no debt be longer than a limit that was changed can make it. Without that, a limit whose burst comes
  /// back sooner than that of the one before would let nothing through for all of the difference.
  static func capDebt(of word: borrowing Atomic<UInt64>, limit: RateLimit, now: MonotonicTime) {
    word.min(RateLimit.ticks(now) &+ limit.tolerance, ordering: .relaxed)
  }

  /// Adds bytes that were moved already, which the rate may or may not have allowed.
  static func charge(
    _ bytes: UInt64, to word: borrowing Atomic<UInt64>, perSecond: UInt64, now: MonotonicTime
  ) {
    let ticks = RateLimit.ticks(now)
    let cost = RateLimit.ticks(bytes: bytes, perSecond: perSecond)
    let latest = ticks &+ AdmissionLimits.byteDebtNanoseconds &* RateLimit.ticksPerNanosecond
    var seen = word.load(ordering: .relaxed)
    while true {
      let (exchanged, original) = word.weakCompareExchange(
        expected: seen, desired: min(max(seen, ticks) &+ cost, latest), ordering: .relaxed)
      if exchanged { return }
      seen = original
    }
  }

  /// Until when those who move bytes should rest; nil when they needn't.
  static func rest(_ word: borrowing Atomic<UInt64>, now: MonotonicTime) -> MonotonicTime? {
    let burst = AdmissionLimits.byteBurstNanoseconds &* RateLimit.ticksPerNanosecond
    let arrival = word.load(ordering: .relaxed)
    guard arrival > RateLimit.ticks(now) &+ burst else { return nil }
    return RateLimit.time(arrival &- burst)
  }
}
