internal import Wire

/// The server's half of a login with SCRAM-SHA-256 or SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677), in the
/// messages of PostgreSQL's protocol.
///
/// ```
/// awaitingFirst ─ receiveInitial ─▶ awaitingFinal ─ receiveFinal ─▶ over
///       │ malformed                       │ malformed                ▲
///       └─────────────────────────────────┴──────────────────────────┘
/// ```
/// Bytes in, bytes out; the nonce comes from outside. A role that does not exist is given a mock
/// verifier, takes the same work, and is rejected where a wrong password would be. Costs three HMACs and
/// digests, however many rounds the verifier has.
public struct ScramServer: Sendable {
  /// What to do about a message.
  public enum Answer: Sendable {
    /// Send this whole message, and wait for the client's next one.
    case send([UInt8])
    /// The client knows the password: this whole message proves to it that the server knows the
    /// verifier, and these keys log in to servers that have the same one.
    case accepted([UInt8], keys: ScramKeys)
    /// The client does not.
    case rejected(Rejection)
  }

  /// Why a client is rejected: for logs and counters, never for the client.
  public enum Rejection: Sendable, Hashable {
    /// The proof does not fit the verifier.
    case wrongPassword
    /// The verifier is a mock one: there is no such role, or it has no password.
    case unknownUser
  }

  /// What the final message is checked against.
  private struct Opening: Sendable {
    let header: GS2Header
    let clientFirstBare: [UInt8]
    let nonce: [UInt8]
    let serverFirst: [UInt8]
  }

  private enum State: Sendable {
    /// The client chooses a mechanism and begins.
    case awaitingFirst
    /// The client has salt and nonce, and proves that it knows the password.
    case awaitingFinal(Opening)
    /// Accepted, rejected, or malformed.
    case over
  }

  private let verifier: ScramVerifier
  private let isMock: Bool
  private let nonce: [UInt8]
  private let channelBinding: ChannelBinding
  private var state = State.awaitingFirst
  /// The digests computed so far.
  private(set) var hashing = CountedHashing()

  /// A login that is checked against `verifier`.
  ///
  /// - Parameters:
  ///   - verifier: the role's verifier, or ``ScramVerifier/mock(user:secret:iterations:)``.
  ///   - isMock: whether it is a mock one; then no proof is accepted.
  ///   - serverNonce: random bytes, new ones for each login, as many as
  ///     ``AuthenticationLimits/randomNonceBytes`` allows; 18 are enough.
  ///   - channelBinding: the certificate of the TLS connection that the client is on.
  public init(
    verifier: ScramVerifier, isMock: Bool, serverNonce: [UInt8], channelBinding: ChannelBinding
  ) {
    self.init(
      verifier: verifier, isMock: isMock, nonce: ScramNonce.text(of: serverNonce),
      channelBinding: channelBinding)
  }

  /// A login with a nonce that is text already, as test vectors have it.
  init(verifier: ScramVerifier, isMock: Bool, nonce: [UInt8], channelBinding: ChannelBinding) {
    self.verifier = verifier
    self.isMock = isMock
    self.nonce = nonce
    self.channelBinding = channelBinding
  }

  /// The mechanisms to offer, the preferred one first.
  public var mechanisms: [String] {
    let offered: [ScramMechanism] = channelBinding == .none ? [.plain] : [.plus, .plain]
    return offered.map(\.rawValue)
  }

  /// Takes the body of the client's first `p` message, a ``Wire/SASLInitialResponse``.
  ///
  /// - Returns: ``Answer/send(_:)``, always.
  /// - Throws: what is wrong with the message; the login is over then.
  public mutating func receiveInitial(_ body: RawSpan) throws(ScramError) -> Answer {
    guard case .awaitingFirst = state else { throw .outOfOrder }
    state = .over
    let first = try ClientFirstMessage(body, offered: mechanisms)
    try check(first)
    let nonce = first.nonce + nonce
    let serverFirst =
      Array("r=".utf8) + nonce + Array(",s=".utf8) + Base64.encode(verifier.salt)
      + Array(",i=\(verifier.iterations)".utf8)
    state = .awaitingFinal(
      Opening(
        header: first.header, clientFirstBare: first.bare, nonce: nonce, serverFirst: serverFirst))
    return .send(AuthenticationRequest.encodedSASLContinue(serverFirst))
  }

  /// Takes the body of the client's second `p` message: SCRAM's final message and nothing else.
  ///
  /// - Returns: ``Answer/accepted(_:keys:)`` or ``Answer/rejected(_:)``.
  /// - Throws: what is wrong with the message; the login is over then.
  public mutating func receiveFinal(_ body: RawSpan) throws(ScramError) -> Answer {
    guard case .awaitingFinal(let opening) = state else { throw .outOfOrder }
    state = .over
    let final = try ClientFinalMessage(body)
    if !final.binding.elementsEqual(opening.header.attribute(channelBinding)) {
      throw .bindingMismatch
    }
    if !final.nonce.elementsEqual(opening.nonce) { throw .nonceMismatch }
    let exchange = ScramExchange(
      clientFirstBare: opening.clientFirstBare, serverFirst: opening.serverFirst,
      clientFinalWithoutProof: final.withoutProof)
    return judge(final.proof, over: exchange.authMessage)
  }

  /// Whether what the client thinks of channel binding fits what was offered and chosen.
  private func check(_ first: ClientFirstMessage) throws(ScramError) {
    switch (first.mechanism, first.header) {
    case (.plus, .serverEndPoint), (.plain, .unbound): break
    case (.plain, .bindingNotOffered):
      if channelBinding != .none { throw .bindingDowngrade }
    default: throw .bindingContradictsMechanism
    }
  }

  /// Does everything for every verifier and every proof, and only then looks at the result.
  private mutating func judge(_ proof: SecretDigest, over authMessage: [UInt8]) -> Answer {
    let clientKey = proof ^ hashing.hmac(key: verifier.storedKey, authMessage)
    let fits = hashing.sha256(clientKey) == verifier.storedKey
    let signature = hashing.hmac(key: verifier.serverKey, authMessage)
    if isMock { return .rejected(.unknownUser) }
    if !fits { return .rejected(.wrongPassword) }
    return .accepted(
      AuthenticationRequest.encodedSASLFinal(
        Array("v=".utf8) + Base64.encode(signature.bytes)),
      keys: ScramKeys(clientKey: clientKey, serverKey: verifier.serverKey))
  }
}
