/// Where a session is between accept and close.
///
/// ```
///             ┌─ answered ─┐
/// greeting ◀──┘            │        needs an answer
///    │ └───────────────▶ answering
///    │ routed
///    ▼
/// connecting ─ reached ─────────────────────▶ forwarding ─ forwarded ─▶ relaying ─┐
///    │ ▲ │                                        ▲                               │
///    │ └─┘ retried    └ reached, TLS promised ─▶ requestingTLS ─▶ awaitingTLS     │ over
///    │ refused (also from every phase before relaying)                            │
///    ▼                                                                            ▼
/// refusing ─ told ─▶ lingering ─ over ────────────────────────────────────────▶ closing
/// ```
/// ```
/// greeting ─ held ─▶ holding ─ released ─▶ greeting
/// connecting ─ held ─▶ holding ─ retried ─▶ connecting
/// ```
/// A session that shares server connections goes another way, once it is routed:
/// ```
/// greeting ─ pooled ─▶ authenticating ─ welcomed ─▶ parked ─ lent ─▶ lent ─ returned ─▶ parked
///                            │ refused                 └─ queued ─▶ queued ─ lent ─▶ lent
/// ```
/// One that another process takes over, or that was taken over from one:
/// ```
/// parked ─ departs ─▶ departing ─ over ─▶ closing         greeting ─ adopted ─▶ parked
///                         └─ returned ─▶ parked
/// ```
/// A session that is told goodbye while it relays, or after it was welcomed, lingers as well before it closes.
/// Before `relaying` a session has one operation under way at a time, named beside each case. Every phase may end in `closing`.
enum SessionPhase: CaseIterable {
  /// Reading the client's first packets. Receive from the client.
  case greeting
  /// Answering an encryption request. Send to the client.
  case answering
  /// Reaching the instance. Connect.
  case connecting
  /// Waiting for what the control plane says about the tenant or its shard. Nothing is under way.
  case holding
  /// Asking the server for TLS, because the client was promised it. Send to the server.
  case requestingTLS
  /// Waiting for the server's one byte. Receive from the server.
  case awaitingTLS
  /// Sending the server what the client began with. Send to the server.
  case forwarding
  /// Passing bytes both ways: the two ``Lane``s.
  case relaying
  /// Finding out whether the client is who it says it is, before it shares a server. Send to the client, receive from it, or nothing.
  case authenticating
  /// Sharing: without a server, between two transactions.
  case parked
  /// Sharing: waiting for a server.
  case queued
  /// Sharing: with a server, for a transaction.
  case lent
  /// Sharing: handed to another process, which has not answered yet. Nothing is under way.
  case departing
  /// Telling the client why not. Send to the client.
  case refusing
  /// Letting the client read it: what it still sends is thrown away. Receive from the client.
  case lingering
  /// Waiting for the last completions; then everything is given back.
  case closing
}

/// What moves a session on.
enum SessionEvent: CaseIterable {
  case needsAnswer, answered, routed, retried, reached, reachedForTLS, askedForTLS, gotTLS,
    forwarded
  case held, released
  case pooled, welcomed, queued, lent, returned
  case departs, adopted
  case refused, told, over
}

extension SessionPhase {
  /// The phase that follows; nil when the event can't happen here.
  func after(_ event: SessionEvent) -> SessionPhase? {
    switch (self, event) {
    case (.greeting, .needsAnswer): .answering
    case (.answering, .answered): .greeting
    case (.greeting, .routed): .connecting
    case (.connecting, .retried): .connecting
    case (.connecting, .reached): .forwarding
    case (.connecting, .reachedForTLS): .requestingTLS
    case (.requestingTLS, .askedForTLS): .awaitingTLS
    case (.awaitingTLS, .gotTLS): .forwarding
    case (.forwarding, .forwarded): .relaying
    case (.greeting, .held), (.connecting, .held): .holding
    case (.holding, .released): .greeting
    case (.holding, .retried): .connecting
    case (.greeting, .pooled): .authenticating
    case (.authenticating, .welcomed): .parked
    case (.parked, .queued): .queued
    case (.parked, .lent), (.queued, .lent): .lent
    case (.lent, .returned), (.queued, .returned), (.departing, .returned): .parked
    case (.parked, .departs): .departing
    case (.greeting, .adopted): .parked
    case (.greeting, .refused), (.answering, .refused), (.connecting, .refused),
      (.holding, .refused), (.authenticating, .refused),
      (.requestingTLS, .refused), (.awaitingTLS, .refused), (.forwarding, .refused):
      .refusing
    case (.refusing, .told), (.relaying, .told), (.parked, .told), (.queued, .told),
      (.lent, .told):
      .lingering
    case (.closing, .over): nil
    case (_, .over): .closing
    default: nil
    }
  }

  /// Whether a session here shares server connections, and its client is in.
  var isPooled: Bool {
    switch self {
    case .parked, .queued, .lent: true
    case .greeting, .answering, .connecting, .holding, .requestingTLS, .awaitingTLS, .forwarding,
      .relaying, .authenticating, .departing, .refusing, .lingering, .closing:
      false
    }
  }
}
