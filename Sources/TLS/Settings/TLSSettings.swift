/// The name of PostgreSQL's protocol in ALPN (IANA's registry; PostgreSQL from 17 on).
public let postgresProtocolName = "postgresql"

/// Versions of TLS that are spoken. Older ones are not.
public enum TLSVersion: String, Sendable, Equatable, CaseIterable {
  /// TLS 1.2 (RFC 5246).
  case tls12 = "1.2"
  /// TLS 1.3 (RFC 8446).
  case tls13 = "1.3"
}

/// What is asked of a server's certificate. The raw values are libpq's words for them.
public enum ServerVerification: String, Sendable, Equatable, CaseIterable {
  /// Nothing: bytes are encrypted, for whoever is at the other end.
  case require
  /// That one of the authorities has signed it.
  case verifyCA = "verify-ca"
  /// That, and that it is for the name that was asked for.
  case verifyFull = "verify-full"
}

/// What is asked of a client.
public enum ClientCertificates: String, Sendable, Equatable, CaseIterable {
  /// Nothing.
  case none
  /// A certificate, which must be good if there is one.
  case optional
  /// A good certificate.
  case required
}

extension TLSContext {
  /// How connections are opened to servers.
  public struct ClientSettings: Sendable {
    /// What is asked of the server's certificate.
    public var verification: ServerVerification
    /// Who may have signed it; nil: the authorities that the system trusts.
    public var authorities: TLSAuthorities?
    /// What a server is shown that asks for a certificate; nil: nothing.
    public var certificate: TLSCertificate?
    /// The application protocols that are offered (ALPN), best first; none: the extension is left out.
    public var applicationProtocols: [String]
    /// The oldest version that is offered.
    public var oldestVersion: TLSVersion
    /// The newest version that is offered.
    public var newestVersion: TLSVersion
    /// How many sessions are kept to be resumed, one for each key of ``TLSStream/init(_:serverName:sessionKey:)``; 0: none.
    ///
    /// One more than that ends the oldest. A session takes some kilobytes.
    public var keptSessions: Int

    /// Names the settings of a client.
    public init(
      verification: ServerVerification = .verifyFull, authorities: TLSAuthorities? = nil,
      applicationProtocols: [String] = [postgresProtocolName], oldestVersion: TLSVersion = .tls12,
      newestVersion: TLSVersion = .tls13, keptSessions: Int = 0
    ) {
      self.verification = verification
      self.authorities = authorities
      self.applicationProtocols = applicationProtocols
      self.oldestVersion = oldestVersion
      self.newestVersion = newestVersion
      self.keptSessions = keptSessions
    }

    /// Names the settings of a client that trusts the authorities of a file, and checks the name.
    ///
    /// - Throws: ``TLSError/certificateUnusable(path:reason:)``.
    public init(
      caPath: String, applicationProtocols: [String] = [postgresProtocolName],
      newestVersion: TLSVersion = .tls13
    ) throws(TLSError) {
      self.init(
        authorities: try TLSAuthorities(path: caPath), applicationProtocols: applicationProtocols,
        newestVersion: newestVersion)
    }
  }

  /// How connections of clients are answered.
  public struct ServerSettings: Sendable {
    /// The certificates, at least one. The first is for clients that ask for no name, or for one that none is for.
    public var certificates: [TLSCertificate]
    /// What is asked of clients.
    public var clientCertificates: ClientCertificates
    /// Who may have signed a client's certificate; needed where one is asked for.
    public var clientAuthorities: TLSAuthorities?
    /// What session tickets are sealed with, shared by the contexts of all threads; nil: sessions are not resumed.
    public var ticketKeys: TicketKeys?
    /// The application protocols that are spoken. A client that offers others only is refused; one that offers none is not.
    public var applicationProtocols: [String]
    /// The oldest version that is spoken.
    public var oldestVersion: TLSVersion
    /// The newest version that is spoken.
    public var newestVersion: TLSVersion

    /// Names the settings of a server that asks clients for no certificate.
    public init(
      certificates: [TLSCertificate], ticketKeys: TicketKeys? = nil,
      applicationProtocols: [String] = [postgresProtocolName], oldestVersion: TLSVersion = .tls12,
      newestVersion: TLSVersion = .tls13
    ) {
      self.certificates = certificates
      self.clientCertificates = .none
      self.clientAuthorities = nil
      self.ticketKeys = ticketKeys
      self.applicationProtocols = applicationProtocols
      self.oldestVersion = oldestVersion
      self.newestVersion = newestVersion
    }

    /// Names the settings of a server with one certificate.
    ///
    /// - Throws: the errors of ``TLSCertificate/init(certificatePath:keyPath:names:)``.
    public init(
      certificatePath: String, keyPath: String,
      applicationProtocols: [String] = [postgresProtocolName], newestVersion: TLSVersion = .tls13
    ) throws(TLSError) {
      self.init(
        certificates: [try TLSCertificate(certificatePath: certificatePath, keyPath: keyPath)],
        applicationProtocols: applicationProtocols, newestVersion: newestVersion)
    }
  }
}
