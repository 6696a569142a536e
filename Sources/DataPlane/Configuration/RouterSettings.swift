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
  /// The pool that the router runs for; nil where it serves every tenant.
  public var home: HomeSettings?
  /// Workers that serve only the tenants of a label, at most one entry a label.
  public var dedicated: [DedicatedSettings] = []
  /// The admin console; nil where there is none.
  public var admin: AdminSettings?
  /// How it lets go of its clients when it is told to end; nil where it stops within ``SessionTimeouts/stop``.
  public var drain: DrainPlan?
  /// Whether the kernel is to refuse whatever the workers' rings are not for.
  public var restrictsRings = false
  /// The HTTP server; nil where there is none.
  public var http: HTTPSettings?
  /// The Unix socket at which it hands over to the process that takes its place; nil where it doesn't.
  public var restartSocket: String?
  /// How TLS of clients is answered; nil where no listener speaks it.
  public var tls: ClientTLSSettings?
  /// How connections to servers are encrypted; nil where they are not.
  public var serverTLS: ServerTLSSettings?
  /// The tenants whose clients come through a VPC endpoint of AWS, by the endpoint's id.
  public var vpcEndpoints: [[UInt8]: [UInt8]] = [:]
  /// What servers are told of clients.
  public var servers = ServerSettings()
  /// How requests are traced; nil where they are not.
  public var tracing: TracingSettings?
  /// What only the program has to do with, as it is shown beside the rest.
  public var programSettings: [SettingInForce] = []

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

extension RouterSettings {
  /// How many workers there will be: ``workerCount``, or one for each core that this process may run on.
  public var workersToRun: Int { workerCount ?? Self.availableCores }

  /// Cores that this process may run on.
  public static var availableCores: Int { Cores.allowed().count }
}

/// One address and what is spoken there.
public struct ListenerSettings: Sendable {
  /// Where to listen; port 0 lets the kernel choose.
  public var address: SocketAddress
  /// What is spoken.
  public var spoken: ListenerProtocol
  /// Whether its sessions share server connections.
  public var pooling: PoolingMode
  /// Whether clients encrypt; for ``ListenerProtocol/postgres(identity:)``.
  public var tls = ListenerTLS.off
  /// Which server names and which names in certificates are tenants'.
  public var tenantNames = TenantNames()
  /// Whether its clients come through a proxy.
  public var proxy: ProxyAcceptance

  /// Names a listener.
  public init(
    address: SocketAddress, spoken: ListenerProtocol, pooling: PoolingMode = .session,
    proxy: ProxyAcceptance = .off
  ) {
    self.address = address
    self.spoken = spoken
    self.pooling = pooling
    self.proxy = proxy
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

/// A place that can name the tenant: in a startup packet, or before it.
public enum IdentitySource: String, Sendable, CaseIterable {
  /// The server name that a client asks for in TLS.
  case serverName = "server-name"
  /// The certificate that a client shows in TLS.
  case certificate
  /// The PROXY header: the VPC endpoint of AWS that the client came through.
  case vpcEndpoint = "vpc-endpoint"
  /// The PROXY header: the tenant that a router in front has routed.
  case proxy
  /// `options=-c shardway.tenant=T`.
  case option
  /// The user name `user.T`.
  case user
  /// The database name `T`.
  case database

  /// Where it is looked for unless something else is said.
  public static let standard: [IdentitySource] = [.option, .user, .database]

  /// Whether it can mean nothing but a tenant: then it has to be the same as the others'.
  var isExplicit: Bool {
    switch self {
    case .serverName, .certificate, .vpcEndpoint, .proxy, .option: true
    case .user, .database: false
    }
  }
}

/// Bounds on what sessions may use.
public struct SessionLimits: Sendable, Equatable {
  /// Client connections of the whole router. One more is told 53300.
  public var clientConnections = 10_000
  /// Bytes of overflow blocks of one worker: what slow receivers may hold up.
  public var relayBytesPerWorker = 256 << 20
  /// Bytes of the whole router for its sessions: their state, logins, and bytes that wait; each worker
  /// has an equal part. Nil for no limit but the others.
  public var memoryBytes: Int?
  /// Connections of one worker whose clients have not said yet who they are. One more ends the oldest
  /// of them.
  public var waitingLogins = 4096

  /// The defaults.
  public init() {}

  /// Sessions a worker makes room for beyond its limit, to tell clients why they are refused.
  static let sessionsForRefusals = 256
  /// Of these, refused ones of which one worker waits until their clients have read why. One more ends
  /// the oldest of them.
  static let lingeringRefusals = 128
  /// The state of one session that shares server connections, without what it waits for or has asked
  /// for: what ``memoryBytes`` is charged with it.
  public static let bytesASession =
    MemoryLayout<Session>.stride + MemoryLayout<PooledClient>.stride + bytesInTables
  /// A session's places in the worker's tables: timers, lists, queues.
  private static let bytesInTables = 256
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

  /// From accept to the end of a PROXY header, where there has to be one. No file sets it.
  var proxyHeader = ProxyLimits.headerTime

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
