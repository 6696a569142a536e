/// The name of PostgreSQL's protocol in ALPN (IANA's registry; PostgreSQL from 17 on).
public let postgresProtocolName = "postgresql"

/// Versions of TLS that are spoken. Older ones are not.
public enum TLSVersion: Sendable, Equatable {
  /// TLS 1.2 (RFC 5246).
  case tls12
  /// TLS 1.3 (RFC 8446).
  case tls13
}

extension TLSContext {
  /// How connections are opened to servers.
  public struct ClientSettings: Sendable, Equatable {
    /// A file of the authorities that may have signed the server's certificate, in PEM; nil: the certificate is not checked.
    ///
    /// With a file, the certificate must also be for the stream's server name, if that is given.
    public var caPath: String?
    /// The application protocols that are offered (ALPN), best first; none: the extension is left out.
    public var applicationProtocols: [String]
    /// The newest version that is offered.
    public var newestVersion: TLSVersion

    /// Names the settings of a client.
    public init(
      caPath: String? = nil, applicationProtocols: [String] = [postgresProtocolName],
      newestVersion: TLSVersion = .tls13
    ) {
      self.caPath = caPath
      self.applicationProtocols = applicationProtocols
      self.newestVersion = newestVersion
    }
  }

  /// How connections of clients are answered. Clients show no certificate.
  public struct ServerSettings: Sendable, Equatable {
    /// A file with the server's certificate and those between it and the authority, in PEM.
    public var certificatePath: String
    /// A file with the certificate's private key, in PEM, without a passphrase.
    public var keyPath: String
    /// The application protocols that are spoken. A client that offers others only is refused; one that offers none is not.
    public var applicationProtocols: [String]
    /// The newest version that is spoken.
    public var newestVersion: TLSVersion

    /// Names the settings of a server.
    public init(
      certificatePath: String, keyPath: String,
      applicationProtocols: [String] = [postgresProtocolName],
      newestVersion: TLSVersion = .tls13
    ) {
      self.certificatePath = certificatePath
      self.keyPath = keyPath
      self.applicationProtocols = applicationProtocols
      self.newestVersion = newestVersion
    }
  }
}
