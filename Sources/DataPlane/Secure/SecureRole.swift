public import TLS

/// Which side of TLS a socket plays.
public enum SecureRole: Sendable, Equatable {
  /// The other end is a client: it is shown a certificate.
  case server
  /// The other end is a server, which has to be the one of this name.
  case client(SecureServer)
}

/// Whom a connection to a server must reach.
public struct SecureServer: Sendable, Equatable {
  /// The place of the settings it is checked by in ``ServerTLSSettings/clients``.
  public var settings: Int
  /// The name that is asked for and that the certificate must bear; nil where none is known.
  public var name: String?
  /// Connections of the same key may resume each other's sessions.
  public var sessionKey: [UInt8]

  /// Names a server.
  public init(settings: Int = 0, name: String?, sessionKey: [UInt8]) {
    self.settings = settings
    self.name = name
    self.sessionKey = sessionKey
  }
}

/// Why a secured socket is of no more use. Each reads as the end of a sentence.
public enum SecureFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// What came was no TLS, or the two sides have nothing in common; OpenSSL's words.
  case spokenWrongly(String)
  /// A certificate was missing or not accepted; OpenSSL's words.
  case certificate(String)
  /// The handshake was not over in time.
  case tookTooLong
  /// Too many handshakes were under way, and this one was the oldest.
  case tooMany
  /// The other side left before the handshake was over.
  case left
  /// It was slow to take what it was sent, when others had no block left for what they send.
  case tooSlow

  /// Whether another attempt would end the same way: else the other side was slow, or away, or this one had no room.
  var isAboutTrust: Bool {
    switch self {
    case .spokenWrongly, .certificate: true
    case .tookTooLong, .tooMany, .left, .tooSlow: false
    }
  }

  /// What happened.
  public var description: String {
    switch self {
    case .spokenWrongly(let reason), .certificate(let reason): reason
    case .tookTooLong:
      "the TLS handshake took too long; raise tls.handshake.timeout for slow networks"
    case .tooMany:
      "too many TLS handshakes are under way; try again, or raise tls.handshake.memoryMiB"
    case .left: "the other side closed the connection before the TLS handshake was over"
    case .tooSlow: "the other side took too little of what it was sent, and others needed the room"
    }
  }
}

/// What is known of a secured socket.
public struct SecureFacts: Sendable {
  /// How far it is.
  public enum State: Sendable, Equatable {
    /// The two sides come to terms.
    case handshaking
    /// Data flows.
    case established
    /// Nothing more will come.
    case failed(SecureFailure)
  }

  /// How far it is.
  public let state: State
  /// What the two sides agreed on, once they did.
  public let session: TLSFacts?
}
