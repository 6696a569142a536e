public import Wire

/// The router's login to a PostgreSQL server, from what follows the startup message up to the first
/// ReadyForQuery, as a state machine without IO.
///
/// ```
///                 Ok
/// awaitingRequest ───────────────────────────────────────────▶ starting ─ Z ─▶ ready
///   │   │ cleartext, md5: send                               ▲   │  ▲
///   │   └─────────────────────────────▶ awaitingOk ─ Ok ─────┘   └──┘ S, K
///   │ SASL: send                           ▲
///   └──▶ exchanging ─ Final ───────────────┘
///           │  ▲
///           └──┘ Continue: send
/// ```
/// Notices are passed over everywhere. An error of the server's, a message that is not due, and one that
/// can't be read lead from everywhere to `failed`.
public struct ServerLogin: Sendable {
  /// What to do next.
  public enum Action: Sendable, Equatable {
    /// Nothing: wait for the next message.
    case wait
    /// Send this whole message.
    case send([UInt8])
    /// The server has let the router in; it goes on with settings and a key.
    case authenticated
    /// A setting's value.
    case parameter(name: [UInt8], value: [UInt8])
    /// What a cancel request for this session takes.
    case key(processID: Int32, key: [UInt8])
    /// The server waits for the first query.
    case ready
  }

  enum State: Sendable {
    /// The server says what it asks for.
    case awaitingRequest
    /// SCRAM is under way.
    case exchanging(ScramClient)
    /// The server has an answer, and says whether it is right.
    case awaitingOk
    /// The server tells its settings and the key.
    case starting
    /// The login is done.
    case ready
    /// The login has failed.
    case failed
  }

  let user: [UInt8]
  let credential: Credential
  let clientNonce: [UInt8]
  let allowsWeak: Bool
  /// The certificate of the TLS connection to the server: to be set before the server's first message, by when the handshake is over.
  public var channelBinding: ChannelBinding
  private let version: ProtocolVersion
  private var state = State.awaitingRequest

  /// A login whose startup message has been sent.
  ///
  /// - Parameters:
  ///   - user: the role that the startup message names.
  ///   - credential: what the server may ask for. A server that asks for nothing is taken, too.
  ///   - clientNonce: random bytes, new ones for each login, as many as
  ///     ``AuthenticationLimits/randomNonceBytes`` allows; 18 are enough.
  ///   - allowsWeak: whether a password may be sent as it is, or as its MD5 hash. A credential that is
  ///     an MD5 verifier is good for nothing else, and needs no leave.
  ///   - channelBinding: the certificate of the TLS connection to the server.
  ///   - version: the protocol that the startup message asks for. The server must know it.
  public init(
    user: [UInt8], credential: Credential, clientNonce: [UInt8], allowsWeak: Bool = false,
    channelBinding: ChannelBinding = .none, version: ProtocolVersion = .v3_0
  ) {
    self.user = user
    self.credential = credential
    self.clientNonce = clientNonce
    self.allowsWeak = allowsWeak
    self.channelBinding = channelBinding
    self.version = version
  }

  /// Takes a message of the server's.
  ///
  /// Cheap but for SCRAM with a password, where one message takes milliseconds:
  /// ``ScramClient/receiveContinue(_:)``.
  ///
  /// - Parameters:
  ///   - type: the message's type byte.
  ///   - body: its whole body.
  /// - Returns: what to do next.
  /// - Throws: why the login has failed; every further message is unexpected then.
  public mutating func receive(
    type: UInt8, body: RawSpan
  ) throws(ServerLoginError) -> Action {
    let before = state
    state = .failed
    if body.byteCount > AuthenticationLimits.serverMessageBytes {
      throw .messageTooLong(type: type, byteCount: body.byteCount)
    }
    let (action, after) = try step(before, type: type, body: body)
    state = after
    return action
  }

  private func step(
    _ state: State, type: UInt8, body: RawSpan
  ) throws(ServerLoginError) -> (Action, State) {
    switch (state, type) {
    case (.ready, _), (.failed, _): throw .unexpectedMessage(type: type)
    case (_, BackendMessageType.noticeResponse): return (.wait, state)
    case (_, BackendMessageType.errorResponse): throw Self.refusal(body)
    case (_, BackendMessageType.authentication): return try authenticate(state, body)
    case (.starting, BackendMessageType.parameterStatus):
      return (try Self.parameter(body), .starting)
    case (.starting, BackendMessageType.backendKeyData):
      return (try Self.key(body, version: version), .starting)
    case (.starting, BackendMessageType.readyForQuery):
      return (try Self.readiness(body), .ready)
    default: throw .unexpectedMessage(type: type)
    }
  }

  private func authenticate(
    _ state: State, _ body: RawSpan
  ) throws(ServerLoginError) -> (Action, State) {
    let request = try Self.request(body)
    switch (state, request) {
    case (.awaitingRequest, .ok), (.awaitingOk, .ok): return (.authenticated, .starting)
    case (.awaitingRequest, _): return try answer(request, body)
    case (.exchanging(let client), .saslContinue(let data)):
      return try proceed(client, body.extracting(data))
    case (.exchanging(let client), .saslFinal(let data)):
      return try finish(client, body.extracting(data))
    default: throw .unexpectedMessage(type: BackendMessageType.authentication)
    }
  }
}
