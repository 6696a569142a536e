/// What a probe last saw of an instance.
///
/// How fresh a replica is, is proven by one clock alone, the router's: a replica that has replayed the position which the primary had
/// when it was asked at `freshAsOf` holds everything that was committed before that moment. No server's clock takes part, so no skew does.
/// What a read may miss is therefore at most what was committed since: the lag that is proven, the age of the sample included, is
/// the time since `freshAsOf`.
public struct InstanceSample: Sendable, Hashable {
  /// What the instance says it is.
  public enum Role: UInt8, Sendable, Hashable {
    /// It takes writes.
    case primary = 1
    /// It replays another server's log.
    case replica
  }

  /// What the instance said it is.
  public let role: Role
  /// When it was asked.
  public let takenAt: MonotonicTime
  /// What a primary had written, or a replica had replayed, at that moment or later; zero where it is no position in the log of
  /// the shard's primary, and so can't be compared with one.
  public let position: LogPosition
  /// Everything that was committed before this moment is visible here: for a primary the moment it was asked; for a replica the moment at which the
  /// primary was asked for a position that the replica has replayed. `.origin` when nothing is proven.
  public let freshAsOf: MonotonicTime

  /// A sample from its parts.
  public init(
    role: Role, takenAt: MonotonicTime, position: LogPosition, freshAsOf: MonotonicTime
  ) {
    self.role = role
    self.takenAt = takenAt
    self.position = position
    self.freshAsOf = freshAsOf
  }

  /// An upper bound of what a read on the instance may lag behind the primary now, in nanoseconds; nil when nothing is proven.
  public func provenLagNanoseconds(at now: MonotonicTime) -> UInt64? {
    freshAsOf == .origin ? nil : now.nanoseconds(since: freshAsOf)
  }
}
