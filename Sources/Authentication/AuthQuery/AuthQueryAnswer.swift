public import Wire

/// Reads a server's answer to the query for a role's verifier, message by message, without IO.
///
/// ```
/// awaitingRow ─ D ─▶ awaitingEnd ─ C ─▶ awaitingReady ─ Z ─▶ over
///   │ │                   │ E              ▲  ▲
///   │ │                   └────────────────┘  │
///   │ └ C: missing ───────────────────────────┤
///   └── E: failed ────────────────────────────┘
/// ```
/// What only describes the row (ParseComplete, BindComplete, RowDescription), notices and settings are
/// passed over. Works for ``AuthQuery`` and for a simple query alike.
public struct AuthQueryAnswer: Sendable {
  /// What the server says about the role.
  public enum Outcome: SecretValue, Sendable, Equatable {
    /// It exists and has this verifier, as text.
    case found([UInt8])
    /// There is no such role, or it has no password.
    case missing
    /// The server could not run the query. The connection is in order.
    case failed(ErrorResponse)
  }

  /// What to do next.
  public enum Action: SecretValue, Sendable, Equatable {
    /// Wait for the next message.
    case wait
    /// The answer is complete, and the connection can take the next query.
    case answered(Outcome)
  }

  private enum State: Sendable {
    /// No row yet.
    case awaitingRow
    /// The row is there.
    case awaitingEnd(Outcome)
    /// It is known what will be said when the server is ready.
    case awaitingReady(Outcome)
    /// The server is ready, or the answer was wrong.
    case over
  }

  private let user: [UInt8]
  private var state = State.awaitingRow

  /// A reader of the answer for this role.
  public init(user: [UInt8]) { self.user = user }

  /// Takes a message of the server's.
  ///
  /// - Parameters:
  ///   - type: the message's type byte.
  ///   - body: its whole body.
  /// - Returns: ``Action/wait`` up to ReadyForQuery.
  /// - Throws: what is wrong with the answer; nothing of it may be used.
  public mutating func receive(type: UInt8, body: RawSpan) throws(AuthQueryError) -> Action {
    let before = state
    state = .over
    if body.byteCount > AuthenticationLimits.serverMessageBytes {
      throw .messageTooLong(type: type, byteCount: body.byteCount)
    }
    if case .awaitingReady(let outcome) = before, type == BackendMessageType.readyForQuery {
      return .answered(outcome)
    }
    state = try step(before, type: type, body: body)
    return .wait
  }

  private func step(
    _ state: State, type: UInt8, body: RawSpan
  ) throws(AuthQueryError) -> State {
    switch (state, type) {
    case (.over, _): throw .unexpectedMessage(type: type)
    case (_, BackendMessageType.noticeResponse), (_, BackendMessageType.parameterStatus):
      return state
    case (.awaitingRow, Self.parseComplete), (.awaitingRow, Self.bindComplete): return state
    case (.awaitingRow, BackendMessageType.rowDescription):
      try VerifierRow.checkDescription(body)
      return state
    case (.awaitingRow, BackendMessageType.dataRow):
      return .awaitingEnd(try outcome(of: VerifierRow(body)))
    case (.awaitingEnd, BackendMessageType.dataRow): throw .severalRows
    case (.awaitingRow, BackendMessageType.commandComplete): return .awaitingReady(.missing)
    case (.awaitingEnd(let outcome), BackendMessageType.commandComplete):
      return .awaitingReady(outcome)
    case (.awaitingRow, BackendMessageType.errorResponse),
      (.awaitingEnd, BackendMessageType.errorResponse):
      return .awaitingReady(.failed(try Self.error(body)))
    default: throw .unexpectedMessage(type: type)
    }
  }

  private func outcome(of row: VerifierRow) throws(AuthQueryError) -> Outcome {
    if row.role != user { throw .otherRole }
    guard let verifier = row.verifier else { return .missing }
    return .found(verifier)
  }

  private static func error(_ body: RawSpan) throws(AuthQueryError) -> ErrorResponse {
    do {
      return try ErrorResponse.decode(body)
    } catch {
      throw .malformedError(error)
    }
  }

  private static let parseComplete = UInt8(ascii: "1")
  private static let bindComplete = UInt8(ascii: "2")
}
