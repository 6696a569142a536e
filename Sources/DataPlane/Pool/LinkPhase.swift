/// Where a pooled server connection is between connect and close.
///
/// ```
/// connecting ─ reached ─▶ encrypting ─ encrypted ─▶ loggingIn
/// connecting ─ connected ─▶ loggingIn ─ ready ─▶ idle ◀─ returned ─┐
///                                                 │ borrowed       │
///                                                 ▼                │
///                                                lent ─────────────┤
///                                                 │ soiled         │ cleaned
///                                                 └──▶ cleaning ───┘
/// idle ─ asked ─▶ asking ─ answered ─▶ idle
/// idle ─ doubted ─▶ checking ─ proven ─▶ idle
/// any ─ over ─▶ closing
/// ```
/// A connection that is lent has one session, and the session has it. One on which a cancel request may still arrive stays `cooling` before
/// somebody else gets it: `returned` leads there, `cooled` from there.
enum LinkPhase: CaseIterable {
  /// Connect.
  case connecting
  /// The server is asked whether it encrypts.
  case encrypting
  /// The start-up packet and what the server asks of who sends it.
  case loggingIn
  /// Nobody's: it can be borrowed.
  case idle
  /// A session's.
  case lent
  /// DISCARD ALL is under way.
  case cleaning
  /// The router asks for a role's verifier.
  case asking
  /// The server is asked whether it is there, since nobody has had it for long.
  case checking
  /// Idle, but a cancel request for its last session may still reach it.
  case cooling
  /// Waiting for the last completions; then it is closed.
  case closing
}

/// What moves a server connection on.
enum LinkEvent: CaseIterable {
  case connected, reached, encrypted, ready, borrowed, returned, returnedUnderCancel, cooled,
    soiled, cleaned
  case asked, answered, doubted, proven, over
}

extension LinkPhase {
  /// The phase that follows; nil when the event can't happen here.
  func after(_ event: LinkEvent) -> LinkPhase? {
    switch (self, event) {
    case (.connecting, .connected): .loggingIn
    case (.connecting, .reached): .encrypting
    case (.encrypting, .encrypted): .loggingIn
    case (.loggingIn, .ready): .idle
    case (.idle, .borrowed): .lent
    case (.lent, .returned): .idle
    case (.lent, .returnedUnderCancel): .cooling
    case (.cooling, .cooled): .idle
    case (.lent, .soiled), (.cooling, .soiled): .cleaning
    case (.cleaning, .cleaned): .idle
    case (.idle, .asked): .asking
    case (.asking, .answered): .idle
    case (.idle, .doubted): .checking
    case (.checking, .proven): .idle
    case (.closing, .over): nil
    case (_, .over): .closing
    default: nil
    }
  }
}
