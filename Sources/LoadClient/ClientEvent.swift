/// What the bytes that came have led to.
///
/// One connection has at most one transaction under way, so that one call brings at most one event.
public enum ClientEvent: Sendable, Hashable {
  /// Nothing that the caller has to know; there may be something to send.
  case pending
  /// The session is there: a transaction may begin.
  case opened
  /// A statement of the transaction has ended and the client pauses for the load's think time: call
  /// ``ClientMachine/goOn(at:_:_:into:)`` after it.
  case thinks
  /// The transaction has ended well: another may begin.
  case completed
  /// The transaction has failed, and was rolled back; the session goes on, and another may begin.
  case failed(Failure)
  /// The connection is of no more use and must be closed. With a transaction under way it has
  /// failed for this reason.
  case broken(Failure)
}
