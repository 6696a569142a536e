public import TLS

/// Whether clients of a listener encrypt.
public enum ListenerTLS: String, Sendable, CaseIterable {
  /// No: an `SSLRequest` is answered with `N`.
  case off
  /// As they like.
  case optional
  /// Yes: whoever doesn't is refused.
  case required
}

/// How TLS of clients is answered.
public struct ClientTLSSettings: Sendable {
  /// Certificates, what is asked of clients, tickets.
  public var serving: TLSContext.ServerSettings
  /// From a client's first byte of TLS until the handshake is over.
  public var handshakeTimeout: Duration = .seconds(10)
  /// Bytes of one worker for handshakes that are under way. One more ends the oldest.
  public var handshakeMemoryBytes = 64 << 20
  /// How long tickets are good unless the configuration says otherwise.
  public static let standardTicketLifetime: Duration = .seconds(2 * 3600)

  /// Names the settings.
  public init(serving: TLSContext.ServerSettings) { self.serving = serving }
}

/// How connections to servers are encrypted, and those to routers of other pools.
public struct ServerTLSSettings: Sendable {
  /// What is asked of one shard's servers, or of one pool's routers.
  public struct Target: Sendable, Equatable {
    /// The name that is asked for, and that the certificate has to be for; nil: the host that the map has.
    public var serverName: String?
    /// The place of its settings in ``ServerTLSSettings/clients``.
    public var client: Int

    /// Names what is asked.
    public init(serverName: String? = nil, client: Int = 0) {
      self.serverName = serverName
      self.client = client
    }
  }

  /// How connections are opened: first for all targets, then for those that have authorities of their own.
  public var clients: [TLSContext.ClientSettings]
  /// What is asked of shards that are not like the others, by their ids.
  public var shards: [String: Target]
  /// What is asked of pools' routers that are not like the others, by the pools' ids.
  public var pools: [String: Target]

  /// Names the settings.
  public init(
    clients: [TLSContext.ClientSettings], shards: [String: Target] = [:],
    pools: [String: Target] = [:]
  ) {
    self.clients = clients
    self.shards = shards
    self.pools = pools
  }

  /// What is asked of a shard's servers.
  public func shard(_ id: String) -> Target { shards[id] ?? Target() }

  /// What is asked of a pool's routers.
  public func pool(_ id: String) -> Target { pools[id] ?? Target() }
}
