/// The one address that a run contacts, and how.
public struct LoadTarget: Sendable, Equatable {
  /// What is spoken at the address.
  public enum Spoken: String, Sendable, CaseIterable {
    /// PostgreSQL, whose startup packet is read by whoever listens.
    case postgres
    /// PostgreSQL inside TLS from end to end; whoever listens sees the server name only.
    case tcp
  }

  /// Whether and how a connection is encrypted.
  public enum Encryption: String, Sendable, CaseIterable {
    case off
    /// TLS after PostgreSQL's SSLRequest.
    case requested = "ssl-request"
    /// TLS from the first byte, with ALPN `postgresql` (PostgreSQL 17).
    case direct
  }

  /// How a connection says which tenant it is for.
  public enum TenantPlace: String, Sendable, CaseIterable {
    /// As the database; the user is ``LoadTarget/user``.
    case database
    /// `options=-c shardway.tenant=TENANT`; the database is ``LoadTarget/database``.
    case option
    /// `USER.TENANT`; the database is ``LoadTarget/database``.
    case user
    /// The TLS server name, `TENANT` + ``LoadTarget/serverNameSuffix``; the database is
    /// ``LoadTarget/database``.
    case serverName = "server-name"
    /// Not at all: one database for all, for targets that know no tenants.
    case none
  }

  /// An IPv4 address, or `localhost`.
  public var host: String
  /// The TCP port, above 0.
  public var port: UInt16
  /// What is spoken there.
  public var spoken = Spoken.postgres
  /// Whether and how connections are encrypted.
  public var encryption = Encryption.off
  /// How a connection says which tenant it is for.
  public var tenantPlace = TenantPlace.database
  /// What follows the tenant in a server name, as `.db.localhost`.
  public var serverNameSuffix = ""
  /// Whether each connection begins with a PROXY v2 header, as behind a network load balancer.
  public var sendsProxyHeader = false
  /// Whether a connection resumes the TLS session of one before it, where the target gives tickets; otherwise each handshake is
  /// a full one.
  public var resumesSessions = false
  /// The role that logs in; followed by the tenant where ``tenantPlace`` says so.
  public var user = "app"
  /// The database where the tenant doesn't name it; `{tenant}` in it stands for the tenant, as in
  /// `{tenant}_data`.
  public var database = "postgres"
  /// The password's file; nil sends none. Read before anything starts.
  public var passwordFile: String?

  /// An address in the clear.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }
}
