public import Routing

/// Why a link that no client has is closed.
public enum LinkRetirement: Sendable, Hashable {
  /// Another worker may have one more of the instance's connections, and this one has more than its share.
  case owed
  /// It is old.
  case lifetime
  /// Another pool of the worker lacks a link to the same instance.
  case rival
  /// Another worker waits for one of the instance's connections, and this one isn't used.
  case wanted
  /// Nobody has needed it for long, and the pool has more than its minimum.
  case idle
}

/// Who else would have a connection to the instance if this one were closed.
public struct LinkClaims: Sendable, Hashable {
  /// What ``InstanceCap/owes(_:leaving:)`` says.
  public var isOwed = false
  /// What ``InstanceCap/isWanted(from:leaving:)`` says.
  public var isWanted = false
  /// The pool of this worker that lacks a link and was refused one first.
  public var rival: Rival?

  /// A pool that the cap has refused a link.
  public struct Rival: Sendable, Hashable {
    /// How many links it has.
    public var links: Int
    /// Since when it has lacked one.
    public var since: MonotonicTime

    /// A pool with so many links.
    public init(links: Int, since: MonotonicTime) {
      self.links = links
      self.since = since
    }
  }

  /// Nobody would.
  public init() {}
}

/// How old a link is, and how long it has been idle.
public struct LinkAge: Sendable, Hashable {
  /// When it was opened.
  public let openedAt: MonotonicTime
  /// From when on it is too old; the end of time for never.
  public let endsAt: MonotonicTime
  /// When its last client left it.
  public var idleSince: MonotonicTime

  /// The age of a link that is opened now.
  ///
  /// - Parameters:
  ///   - openedAt: now.
  ///   - limits: its pool's.
  ///   - seed: any number that other links don't have: says by how much its lifetime differs from theirs.
  public init(openedAt: MonotonicTime, _ limits: PoolLimits, seed: UInt64) {
    self.openedAt = openedAt
    idleSince = openedAt
    let lifetime = limits.lifetimeNanoseconds ?? .max
    let jitter = lifetime / 100 * min(limits.lifetimeJitterPercent, 100)
    var random = RandomSource(seed: seed)
    // At most 2^63, far from where an index stops being one.
    let width = Int(min(jitter, UInt64(Int.max / 2)) * 2 + 1)
    let offset = UInt64(random.index(below: width))
    endsAt =
      limits.lifetimeNanoseconds == nil
      ? MonotonicTime(nanoseconds: .max)
      : openedAt.advanced(byNanoseconds: lifetime - jitter).advanced(byNanoseconds: offset)
  }

  /// Whether its server is asked if it is still there before the link is lent.
  public func isDoubtful(_ limits: PoolLimits, at now: MonotonicTime) -> Bool {
    limits.checkNanoseconds.map { idleSince.advanced(byNanoseconds: $0) <= now } ?? false
  }

  /// Whether the link is to be closed, and why. To be asked when a client leaves it and while it is idle.
  ///
  /// - Parameters:
  ///   - limits: the pool's.
  ///   - counts: the pool's numbers, this link among the idle ones.
  ///   - claims: who else would have its connection.
  ///   - now: the time.
  /// - Returns: the first reason that holds; nil when the link stays.
  public func retirement(
    _ limits: PoolLimits, counts: PoolCounts, claims: LinkClaims = LinkClaims(), now: MonotonicTime
  ) -> LinkRetirement? {
    if claims.isOwed { return .owed }
    if endsAt <= now { return .lifetime }
    if let rival = claims.rival, yields(to: rival, limits, counts, now) { return .rival }
    if claims.isWanted, has(limits.unusedNanoseconds, passedSince: idleSince, now) {
      return .wanted
    }
    if counts.links > limits.minimum, let end = idleEnd(limits), end <= now { return .idle }
    return nil
  }

  /// When the link, if it stays idle, is to be looked at again; the end of time for never.
  public func nextLook(_ limits: PoolLimits) -> MonotonicTime {
    min(endsAt, idleEnd(limits) ?? endsAt)
  }

  /// What the pool needs itself goes to the rival only until both have about as many; then, if that
  /// leaves the rival with none, each has its turn.
  private func yields(
    to rival: LinkClaims.Rival, _ limits: PoolLimits, _ counts: PoolCounts, _ now: MonotonicTime
  ) -> Bool {
    if counts.waiting == 0 || counts.links > rival.links + 1 { return true }
    return rival.links == 0 && has(limits.turnNanoseconds, passedSince: rival.since, now)
      && has(limits.turnNanoseconds, passedSince: openedAt, now)
  }

  private func has(
    _ nanoseconds: UInt64, passedSince time: MonotonicTime, _ now: MonotonicTime
  ) -> Bool {
    now.nanoseconds(since: time) >= nanoseconds
  }

  private func idleEnd(_ limits: PoolLimits) -> MonotonicTime? {
    limits.idleNanoseconds.map { idleSince.advanced(byNanoseconds: $0) }
  }
}
