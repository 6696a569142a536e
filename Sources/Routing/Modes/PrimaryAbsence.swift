/// Whether an instance has stopped answering, as one worker has found out: evidence that its shard
/// has no primary, if it is one.
///
/// ```
///            failure                  failures enough, for long enough
/// answering ─────────▶ failing(since) ─────────────────────────────────▶ absent
///     ▲                     │                                              │
///     └──── an answer ──────┴──────────── an answer, or nobody has ◀───────┘
///                                         tried for a while
/// ```
/// An answer is a login that succeeds, or a probe's: a connection alone is none, since a server that
/// starts or recovers takes connections, too. To go takes several failures over a time, to come back
/// one answer: work that waits is to go on at once, and each refused attempt would begin the series
/// anew.
///
/// Pure: the clock is a parameter. 24 bytes; nothing is allocated.
public struct PrimaryAbsence: Sendable, Hashable {
  private enum State: Sendable, Hashable {
    case answering
    case failing(since: MonotonicTime)
    case absent(since: MonotonicTime)
  }

  private var state = State.answering
  private var failures: UInt32 = 0
  private var failedAt = MonotonicTime.origin

  /// An instance that answers.
  public init() {}

  /// Since when it has not answered; nil while it is not known to be absent.
  public var since: MonotonicTime? {
    if case .absent(let since) = state { since } else { nil }
  }

  /// When the evidence is too old to count, if nothing more fails.
  public var expires: MonotonicTime {
    failedAt.advanced(byNanoseconds: ModeLimits.evidenceNanoseconds)
  }

  /// Notes that it did not answer; true when it counts as absent from now on.
  mutating func failed(at now: MonotonicTime) -> Bool {
    if failures > 0, now >= expires { self = PrimaryAbsence() }
    if failures < .max { failures += 1 }
    failedAt = now
    switch state {
    case .answering:
      state = .failing(since: now)
      return false
    case .failing(let since):
      guard failures >= ModeLimits.failuresOfAbsence,
        now.nanoseconds(since: since) >= ModeLimits.failingNanoseconds
      else { return false }
      state = .absent(since: since)
      return true
    case .absent:
      return false
    }
  }

  /// Notes that it has answered; true when it counted as absent.
  mutating func answered() -> Bool {
    let wasAbsent = since != nil
    self = PrimaryAbsence()
    return wasAbsent
  }

  /// Forgets what nobody has confirmed for too long; true when it counted as absent.
  mutating func forget(at now: MonotonicTime) -> Bool {
    guard failures > 0, now >= expires else { return false }
    return answered()
  }
}

/// When evidence makes a mode, and when it ends it.
public enum ModeLimits {
  /// Failures in a row of a primary that counts as absent. Our own choice: two may be one restart
  /// that was met twice.
  public static let failuresOfAbsence: UInt32 = 3
  /// How long they must have lasted at least, in nanoseconds. Our own choice: shorter than a
  /// failover, longer than a listen queue that has run over.
  public static let failingNanoseconds: UInt64 = 250_000_000
  /// How long a failure counts, in nanoseconds: then nobody knows whether the primary is back, and
  /// work finds out. As long as a first ejection (Envoy: 30 s).
  public static let evidenceNanoseconds: UInt64 = 30_000_000_000
}
