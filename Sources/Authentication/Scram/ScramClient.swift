internal import Wire

/// The client's half of a login with SCRAM-SHA-256 or SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677), in the
/// messages of PostgreSQL's protocol.
///
/// ```
/// unstarted ─ start ─▶ awaitingFirst ─ receiveContinue ─▶ awaitingFinal ─ receiveFinal ─▶ verified
///     │ error               │ error                            │ error
///     └─────────────────────┴──────────────────────────────────┴────────────────────────▶ failed
/// ```
/// It knows a password, or the keys that a ``ScramServer`` won from somebody else's login. Keys fit one
/// salt and one number of rounds; what the server names is of no use with them, and whether it names
/// others than those shows only when it refuses the proof.
public struct ScramClient: Sendable {
  private enum Knowledge: Sendable {
    case password([UInt8])
    case keys(ScramKeys)

    /// The keys for what the server names: computed anew, or those that are there.
    func keys(for offer: ServerFirstMessage) -> ScramKeys {
      switch self {
      case .password(let password):
        ScramKeys(password: password, salt: offer.salt, iterations: offer.iterations)
      case .keys(let keys): keys
      }
    }
  }

  private enum State: Sendable {
    /// The server's mechanisms are not known yet.
    case unstarted
    /// The server names nonce, salt and rounds.
    case awaitingFirst(GS2Header)
    /// The server has the proof, and proves with this signature that it knows the verifier.
    case awaitingFinal(signature: SecretDigest)
    /// Both have proved themselves.
    case verified
    /// A message was wrong.
    case failed
  }

  private let knowledge: Knowledge
  private let nonce: [UInt8]
  private let channelBinding: ChannelBinding
  /// The first message without its head.
  private let firstBare: [UInt8]
  private var state = State.unstarted

  /// A login with a password, of which ``ScramKeys/init(password:salt:iterations:)`` says how it is read.
  ///
  /// - Parameters:
  ///   - password: the password.
  ///   - nonce: random bytes, new ones for each login, as many as
  ///     ``AuthenticationLimits/randomNonceBytes`` allows; 18 are enough.
  ///   - channelBinding: the certificate of the TLS connection to the server.
  public init(password: [UInt8], nonce: [UInt8], channelBinding: ChannelBinding = .none) {
    self.init(.password(password), nonce: ScramNonce.text(of: nonce), channelBinding)
  }

  /// A login with keys in place of a password; the other parameters are the same.
  public init(keys: ScramKeys, nonce: [UInt8], channelBinding: ChannelBinding = .none) {
    self.init(.keys(keys), nonce: ScramNonce.text(of: nonce), channelBinding)
  }

  /// A login with a password, and with a name and a nonce that is text already, as test vectors have
  /// them.
  init(password: [UInt8], name: String, nonceText: String) {
    self.init(.password(password), name: name, nonce: Array(nonceText.utf8), .none)
  }

  // PostgreSQL takes the name from the startup message; libpq leaves it empty here, too.
  private init(
    _ knowledge: Knowledge, name: String = "", nonce: [UInt8], _ channelBinding: ChannelBinding
  ) {
    self.knowledge = knowledge
    self.nonce = nonce
    self.channelBinding = channelBinding
    firstBare = Array("n=\(name),r=".utf8) + nonce
  }

  /// Chooses one of the mechanisms that the server offers.
  ///
  /// - Returns: the whole message to send, a ``Wire/SASLInitialResponse``.
  /// - Throws: ``ScramError/noCommonMechanism(offered:)``.
  public mutating func start(mechanisms: [[UInt8]]) throws(ScramError) -> [UInt8] {
    guard case .unstarted = state else { throw .outOfOrder }
    state = .failed
    let offered = mechanisms.compactMap { ScramMechanism($0) }
    let mechanism: ScramMechanism
    let header: GS2Header
    if channelBinding != .none, offered.contains(.plus) {
      (mechanism, header) = (.plus, .serverEndPoint)
    } else if offered.contains(.plain) {
      (mechanism, header) = (.plain, channelBinding == .none ? .unbound : .bindingNotOffered)
    } else {
      throw .noCommonMechanism(
        offered: mechanisms.map { String(decoding: $0, as: UTF8.self) })
    }
    state = .awaitingFirst(header)
    return SASLInitialResponse.encoded(
      mechanism: mechanism.rawValue, data: Array(header.rawValue.utf8) + firstBare)
  }

  /// Takes the data of the server's first message (`AuthenticationSASLContinue`).
  ///
  /// With a password it costs as many HMACs as the server asks for, within
  /// ``AuthenticationLimits/iterations``: 4,096 take about two milliseconds. With keys it costs three.
  ///
  /// - Returns: the whole message to send, a ``Wire/SASLResponse`` with the proof.
  /// - Throws: what is wrong with the message.
  public mutating func receiveContinue(_ data: RawSpan) throws(ScramError) -> [UInt8] {
    guard case .awaitingFirst(let header) = state else { throw .outOfOrder }
    state = .failed
    let offer = try ServerFirstMessage(data, clientNonce: nonce)
    let withoutProof =
      Array("c=".utf8) + header.attribute(channelBinding) + Array(",r=".utf8) + offer.nonce
    let authMessage = ScramExchange(
      clientFirstBare: firstBare, serverFirst: offer.message, clientFinalWithoutProof: withoutProof
    ).authMessage
    let keys = knowledge.keys(for: offer)
    var hashing = CountedHashing()
    let storedKey = hashing.sha256(keys.clientKey)
    let proof = keys.clientKey ^ hashing.hmac(key: storedKey, authMessage)
    state = .awaitingFinal(signature: hashing.hmac(key: keys.serverKey, authMessage))
    return SASLResponse.encoded(
      withoutProof + Array(",p=".utf8) + Base64.encode(proof.bytes))
  }

  /// Takes the data of the server's final message (`AuthenticationSASLFinal`), and checks that the server
  /// knows the verifier.
  ///
  /// - Throws: what is wrong with the message; nothing of this server may be trusted then.
  public mutating func receiveFinal(_ data: RawSpan) throws(ScramError) {
    guard case .awaitingFinal(let expected) = state else { throw .outOfOrder }
    state = .failed
    guard try ServerFinalMessage(data).signature == expected else { throw .wrongServerSignature }
    state = .verified
  }
}
