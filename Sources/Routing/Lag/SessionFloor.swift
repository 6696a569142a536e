/// What a session knows of, and what its reads must find therefore: its own last write, and a
/// position it was given.
public struct SessionFloor: Sendable, Hashable {
  /// A moment at which the session's last write had ended: the clock is read after the end of the
  /// write was received. `.origin` for a session that has written nothing.
  ///
  /// A replica has the write if its ``InstanceSample/freshAsOf`` is this moment or a later one. The
  /// commit lies before this moment, because its end was received by then; at `freshAsOf` or later
  /// the primary was asked for its position, so the position includes the commit; and the replica
  /// has replayed up to the position. That holds when the two moments are equal, too. It would not
  /// hold with a clock that was read before the end arrived, as at the beginning of a turn: the
  /// moment would be too early, and a replica could seem to have what it has not.
  public var lastWriteEndedAt: MonotonicTime
  /// A position that the session was told of, as by another session that wrote; nil for none.
  public var explicit: LogPosition?

  /// A floor from its parts.
  public init(lastWriteEndedAt: MonotonicTime = .origin, explicit: LogPosition? = nil) {
    self.lastWriteEndedAt = lastWriteEndedAt
    self.explicit = explicit
  }

  /// The floor of a session that knows of nothing: every replica has reached it.
  public static let none = SessionFloor()

  /// The floor of work that no replica will do for: of a session that keeps the server it gets, and
  /// may write.
  public static let unreachable = SessionFloor(
    lastWriteEndedAt: MonotonicTime(nanoseconds: .max))
}
