extension AnswerQueue {
  /// What was sent.
  enum Request: UInt8 {
    /// A client's Query or FunctionCall: ends in ReadyForQuery.
    case query
    /// A client's Sync: ends in ReadyForQuery.
    case sync
    /// A Query of the router's own: its whole answer is the router's.
    case ownQuery
    /// A client's Parse.
    case parse
    /// A Parse that the router has put in: ParseComplete is swallowed.
    case ownParse
    /// A client's Bind.
    case bind
    /// A client's Describe.
    case describe
    /// A client's Execute.
    case execute
    /// A client's Close.
    case close
    /// A Close that the router has put in: CloseComplete is swallowed.
    case ownClose
    /// A Close that the router has put in to find out which Syncs before it were answered: all of those were when it is.
    case marker
    /// A Sync that is answered only if the COPY that it was sent into had failed before the server met it.
    case copySync
    /// The end of a client's COPY data: no answer of its own.
    case copyEnd

    /// Whether the router asks for itself, and the answer isn't the client's.
    var isOwn: Bool {
      switch self {
      case .ownQuery, .ownParse, .ownClose, .marker: true
      case .query, .sync, .parse, .bind, .describe, .execute, .close, .copySync, .copyEnd: false
      }
    }

    /// Whether the answer certainly ends in ReadyForQuery.
    var endsInReady: Bool {
      switch self {
      case .query, .sync, .ownQuery: true
      case .parse, .ownParse, .bind, .describe, .execute, .close, .ownClose, .marker, .copySync,
        .copyEnd:
        false
      }
    }
  }
}
