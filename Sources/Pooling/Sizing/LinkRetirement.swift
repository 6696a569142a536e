public import Routing

/// Why a link that no client has is closed.
public enum LinkRetirement: Sendable, Hashable {
  /// Another worker may have one more of the instance's connections, and this one has more than its share.
  case owed
  /// The pool has more than its maximum, which has been lowered.
  case surplus
  /// It is old.
  case lifetime
  /// Nobody has needed it for long, and the pool has more than its minimum.
  case idle
}

/// How old a link is, and how long it has been idle.
public struct LinkAge: Sendable, Hashable {
  /// When it was opened.
  public var openedAt: MonotonicTime
  /// When its last client left it.
  public var idleSince: MonotonicTime
  /// Any number that other links don't have: says by how much its lifetime differs from theirs.
  public var seed: UInt64

  /// The age of a link that is opened now.
  public init(openedAt: MonotonicTime, seed: UInt64) {
    self.openedAt = openedAt
    idleSince = openedAt
    self.seed = seed
  }

  /// Whether the link is to be closed, and why. To be asked when a client leaves it and while it is idle.
  ///
  /// - Parameters:
  ///   - limits: the pool's.
  ///   - counts: the pool's numbers, this link among the idle ones.
  ///   - isOwed: what ``InstanceCap/owes(_:)`` says.
  ///   - now: the time.
  /// - Returns: the first reason that holds; nil when the link stays.
  public func retirement(
    _ limits: PoolLimits, counts: PoolCounts, isOwed: Bool, now: MonotonicTime
  ) -> LinkRetirement? {
    if isOwed { return .owed }
    if counts.links > limits.maximum { return .surplus }
    if let end = lifetimeEnd(limits), end <= now { return .lifetime }
    if counts.links > limits.minimum, let end = idleEnd(limits), end <= now { return .idle }
    return nil
  }

  /// When the link, if it stays idle, is to be looked at again; nil for never.
  public func nextLook(_ limits: PoolLimits) -> MonotonicTime? {
    switch (lifetimeEnd(limits), idleEnd(limits)) {
    case (let lifetime?, let idle?): min(lifetime, idle)
    case (let lifetime, let idle): lifetime ?? idle
    }
  }

  private func lifetimeEnd(_ limits: PoolLimits) -> MonotonicTime? {
    guard let lifetime = limits.lifetimeNanoseconds else { return nil }
    let jitter = lifetime / 100 * min(limits.lifetimeJitterPercent, 100)
    var random = RandomSource(seed: seed)
    // At most 2^63, far from where an index stops being one.
    let width = Int(min(jitter, UInt64(Int.max / 2)) * 2 + 1)
    let offset = UInt64(random.index(below: width))
    return openedAt.advanced(byNanoseconds: lifetime - jitter)
      .advanced(byNanoseconds: offset)
  }

  private func idleEnd(_ limits: PoolLimits) -> MonotonicTime? {
    limits.idleNanoseconds.map { idleSince.advanced(byNanoseconds: $0) }
  }
}
