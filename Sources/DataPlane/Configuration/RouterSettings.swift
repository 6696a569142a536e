public import ShardMap

/// Everything a router is told at start, checked before it gets here.
public struct RouterSettings: Sendable {
  /// The compiled map's file.
  public var mapPath: String
  /// The freshness page that a sidecar writes; nil where the map is its operator's own business.
  public var freshnessPagePath: String?
  /// The region the router runs in, as the map names it.
  public var region: String?
  /// The zone the router runs in, as the map names it.
  public var zone: String?
  /// How many workers; nil means one for each core the process may run on.
  public var workerCount: Int?
  /// Where to listen, at least one.
  public var listeners: [ListenerSettings]
  /// Bounds on what sessions may use.
  public var limits: SessionLimits
  /// How long things may take.
  public var timeouts: SessionTimeouts
  /// TCP options of both sides.
  public var keepAlive: KeepAlive
  /// How sessions share server connections, on listeners where they do.
  public var pooling = PoolingSettings()
  /// How the instances are sampled; nil where they are not, and then nothing is known of any replica's lag.
  public var probes: ProbeSettings?
  /// The admin console; nil where there is none.
  public var admin: AdminSettings?

  /// Names a router's settings.
  public init(
    mapPath: String, region: String? = nil, zone: String? = nil, workerCount: Int? = nil,
    listeners: [ListenerSettings], limits: SessionLimits = SessionLimits(),
    timeouts: SessionTimeouts = SessionTimeouts(), keepAlive: KeepAlive = KeepAlive()
  ) {
    self.mapPath = mapPath
    self.region = region
    self.zone = zone
    self.workerCount = workerCount
    self.listeners = listeners
    self.limits = limits
    self.timeouts = timeouts
    self.keepAlive = keepAlive
  }
}

/// One address and what is spoken there.
public struct ListenerSettings: Sendable {
  /// Where to listen; port 0 lets the kernel choose.
  public var address: SocketAddress
  /// What is spoken.
  public var spoken: ListenerProtocol
  /// Whether its sessions share server connections.
  public var pooling: PoolingMode

  /// Names a listener.
  public init(
    address: SocketAddress, spoken: ListenerProtocol, pooling: PoolingMode = .session
  ) {
    self.address = address
    self.spoken = spoken
    self.pooling = pooling
  }
}

/// What a listener speaks, and where it looks for the tenant.
public enum ListenerProtocol: Sendable, Equatable {
  /// PostgreSQL in the clear; the tenant comes from these places, the first that names one winning.
  case postgres(identity: [IdentitySource])
  /// TLS that ends at the server, directly or after PostgreSQL's SSLRequest; the tenant is what stands
  /// before `serverNameSuffix` in the TLS server name.
  case tcp(serverNameSuffix: String)
}

/// A place in a startup packet that can name the tenant.
public enum IdentitySource: String, Sendable, CaseIterable {
  /// `options=-c shardway.tenant=T`.
  case option
  /// The user name `user.T`.
  case user
  /// The database name `T`.
  case database
}

/// Bounds on what sessions may use.
public struct SessionLimits: Sendable, Equatable {
  /// Client connections of the whole router. One more is told 53300.
  public var clientConnections = 10_000
  /// Bytes of overflow blocks of one worker: what slow receivers may hold up.
  public var relayBytesPerWorker = 256 << 20

  /// The defaults.
  public init() {}

  /// Sessions a worker makes room for beyond its limit, to tell clients why they are refused.
  static let sessionsForRefusals = 256
}

/// How long things may take.
public struct SessionTimeouts: Sendable, Equatable {
  /// From accept to the server's first ReadyForQuery.
  public var login: Duration = .seconds(15)
  /// One attempt to reach one instance.
  public var connect: Duration = .seconds(5)
  /// Without a byte in either direction; zero means for ever.
  public var idle: Duration = .zero
  /// How long a session may wait for what the control plane says about its tenant.
  public var refresh: Duration = .seconds(1)
  /// From the map that has a session's tenant elsewhere until the session is cut, where it has not ended a transaction meanwhile.
  public var move: Duration = .seconds(30)
  /// From the order to stop until sessions that are still busy are cut.
  public var stop: Duration = .seconds(10)

  /// The defaults.
  public init() {}

  /// How long a refused client may take to read why and close.
  static let linger: Duration = .seconds(2)
  /// How long a session may go on of which one side is gone.
  static let halfOver: Duration = .seconds(10)
  /// How long to wait before accepting again when the process is out of descriptors.
  static let acceptPause: Duration = .milliseconds(100)
}

/// TCP keep-alive and the limit on unacknowledged data (`TCP_USER_TIMEOUT`), for both sides.
public struct KeepAlive: Sendable, Equatable {
  /// Silence before the first probe.
  public var idle: Duration = .seconds(60)
  /// Between probes.
  public var interval: Duration = .seconds(10)
  /// Unanswered probes before the connection is given up.
  public var count = 5
  /// How long sent data may stay unacknowledged; zero leaves it to the kernel.
  public var userTimeout: Duration = .seconds(30)

  /// The defaults.
  public init() {}
}

extension Duration {
  /// Whole nanoseconds; at most about 292 years.
  var wholeNanoseconds: UInt64 {
    UInt64(components.seconds) * 1_000_000_000 + UInt64(components.attoseconds / 1_000_000_000)
  }
}
