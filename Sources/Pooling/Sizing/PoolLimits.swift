/// How many links a pool may have and for how long, with defaults and where they come from.
public struct PoolLimits: Sendable, Hashable {
  /// Links that are kept open though nobody needs them. PgBouncer's `min_pool_size`: 0.
  public var minimum = 0
  /// The most links, those being opened included. PgBouncer's `default_pool_size`: 20.
  public var maximum = 20
  /// The most links that may be opening at a time, so that a burst of clients doesn't become a burst of
  /// logins: each costs the server a process. Our own choice.
  public var openingAtOnce = 4
  /// How long a link may be idle before it is closed, unless the pool is at its minimum; nil for ever.
  /// PgBouncer's `server_idle_timeout`: 600 s.
  public var idleNanoseconds: UInt64? = 600 * second
  /// How old a link may get, give or take ``lifetimeJitterPercent``; nil for ever. What a server process
  /// caches for itself grows with its age. PgBouncer's `server_lifetime`: 3600 s.
  public var lifetimeNanoseconds: UInt64? = 3600 * second
  /// Part of the lifetime, in percent, by which a link may be closed earlier or later, so that links
  /// opened together aren't closed together.
  public var lifetimeJitterPercent: UInt64 = 10
  /// How long a link may be idle and still be lent without a question whether its server is there; nil
  /// for ever. PgBouncer's `server_check_delay`: 30 s.
  public var checkNanoseconds: UInt64? = 30 * second
  /// Pause after a first failed attempt to open a link; twice as long after each further one.
  public var coolingNanoseconds: UInt64 = second / 20
  /// Longest pause after failed attempts while somebody waits: a primary that comes back is found this soon.
  public var coolingMaximumNanoseconds: UInt64 = second / 2
  /// Longest pause where nobody waits and only the minimum is missing. PgBouncer's
  /// `server_login_retry`: 15 s.
  public var refillMaximumNanoseconds: UInt64 = 15 * second
  /// How long a pool has the last link that it may have, although another one waits for it: shorter, and
  /// more time would go into logins than into work. Our own choice.
  public var turnNanoseconds: UInt64 = second / 10
  /// How long a link must have been idle before another worker gets it that needs it more but isn't below
  /// its share: links that are idle between two transactions are in use. Our own choice.
  public var unusedNanoseconds: UInt64 = second / 10

  /// The defaults.
  public init() {}

  private static let second: UInt64 = 1_000_000_000
}

/// What a pool's links are doing, and how many clients wait for one.
public struct PoolCounts: Sendable, Hashable {
  /// Links at no client.
  public var idle: Int
  /// Links at a client.
  public var busy: Int
  /// Links that are connecting or logging in.
  public var opening: Int
  /// Links that nobody has and that will soon be idle: being cleaned, checked, or asked by the router.
  public var returning: Int
  /// Clients that wait for a link.
  public var waiting: Int

  /// A pool's numbers; none is negative.
  public init(
    idle: Int = 0, busy: Int = 0, opening: Int = 0, returning: Int = 0, waiting: Int = 0
  ) {
    self.idle = idle
    self.busy = busy
    self.opening = opening
    self.returning = returning
    self.waiting = waiting
  }

  /// All links, those being opened included.
  public var links: Int { idle + busy + opening + returning }
}
