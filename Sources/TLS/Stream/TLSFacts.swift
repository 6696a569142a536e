internal import COpenSSL

/// What is known of a connection once its handshake is over.
public struct TLSFacts: Sendable, Equatable {
  /// The version that is spoken.
  public var version: TLSVersion
  /// The cipher suite, by OpenSSL's name.
  public var cipher: String
  /// The host name that the client asked for (SNI). A session of TLS 1.2 that was resumed has the name that it was made with,
  /// whatever the client asks for now.
  public var serverName: [UInt8]?
  /// The application protocol that the two sides agreed on (ALPN).
  public var applicationProtocol: [UInt8]?
  /// Whether the session is an older connection's: no certificate was shown or checked this time.
  public var isResumed: Bool
  /// What the other side's certificate says it is: alternative names that are hosts, URIs and e-mail addresses, then the
  /// subject's common name. Empty without a certificate. On a client that does not verify, anybody can say this.
  public var peerNames: [[UInt8]]
  /// The channel binding `tls-server-end-point`: the hash of the server's certificate (RFC 5929 section 4), on both sides the same;
  /// empty where that certificate has none.
  public var serverEndPoint: [UInt8]

  /// Names what is known.
  public init(
    version: TLSVersion, cipher: String, serverName: [UInt8]? = nil,
    applicationProtocol: [UInt8]? = nil, isResumed: Bool = false, peerNames: [[UInt8]] = [],
    serverEndPoint: [UInt8] = []
  ) {
    self.version = version
    self.cipher = cipher
    self.serverName = serverName
    self.applicationProtocol = applicationProtocol
    self.isResumed = isResumed
    self.peerNames = peerNames
    self.serverEndPoint = serverEndPoint
  }
}

extension TLSStream {
  /// Whether the session is an older connection's, once the handshake is over. Costs nothing.
  public var isResumed: Bool { SSL_session_reused(connection) == 1 }

  /// What is known of the connection; nil until the handshake is over. Allocates; some microseconds.
  public var facts: TLSFacts? {
    guard progress != .handshaking else { return nil }
    // Held by the connection.
    let peer = SSL_get0_peer_certificate(connection).map { PeerCertificate(pointer: $0) }
    let isServer = context.side == .server
    return TLSFacts(
      version: SSL_version(connection) == TLS1_2_VERSION ? .tls12 : .tls13,
      cipher: String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(connection))),
      serverName: requestedServerName.map { Array($0.utf8) },
      applicationProtocol: applicationProtocol.map { Array($0.utf8) },
      isResumed: isResumed, peerNames: peer?.names ?? [],
      serverEndPoint: isServer ? context.endPoint(of: connection) : peer?.endPoint ?? [])
  }
}
