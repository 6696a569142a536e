/// `GET /api/v1/tenants`: the tenants that do most, and those that something is done about.
public struct TenantsDocument: Codable, Sendable, Equatable {
  /// Those with most server time first.
  public var tenants: [Tenant]
  /// About how many ended a transaction in the last minute.
  public var distinct: Int
  /// What all tenants that are not listed do together.
  public var others: Others
  /// How often each limit of an envelope was met, since the start.
  public var limits: [Limit]

  /// A list of tenants.
  public init(tenants: [Tenant], distinct: Int, others: Others, limits: [Limit]) {
    self.tenants = tenants
    self.distinct = distinct
    self.others = others
    self.limits = limits
  }

  /// One tenant, over the last second.
  public struct Tenant: Codable, Sendable, Equatable {
    /// Its id.
    public var id: String
    /// Its shard; nil where the map has the tenant no more.
    public var shard: String?
    /// Its policy.
    public var policy: String?
    /// `active` or `suspended`; `gone` where the map has it no more.
    public var state: String
    /// Transactions that ended.
    public var transactionsPerSecond: Double
    /// Bytes both ways.
    public var bytesPerSecond: Double
    /// Servers that were at work for it at a time, on average.
    public var busyServers: Double
    /// Its part of the server time that its shard gave through this router, 0...1.
    public var shardShare: Double
    /// What 95 % of its transactions took at most; nil where there were too few.
    public var p95Microseconds: Double?
    /// The transactions a second that its envelope allows in the whole region; nil for any number.
    public var transactionLimit: UInt32?
    /// Its sessions, and those of them that wait for a server.
    public var sessions, waiting: Int
    /// Sessions that wait because of a limit, and of which.
    public var delayed: Int
    /// The limit that they wait for; nil where none does.
    public var delayedBy: String?
    /// `watched`, `tightened`, `quarantined` or `move-requested`.
    public var stage: String

    /// A tenant from its parts.
    public init(
      id: String, shard: String?, policy: String?, state: String, transactionsPerSecond: Double,
      bytesPerSecond: Double, busyServers: Double, shardShare: Double, p95Microseconds: Double?,
      transactionLimit: UInt32?, sessions: Int, waiting: Int, delayed: Int, delayedBy: String?,
      stage: String
    ) {
      self.id = id
      self.shard = shard
      self.policy = policy
      self.state = state
      self.transactionsPerSecond = transactionsPerSecond
      self.bytesPerSecond = bytesPerSecond
      self.busyServers = busyServers
      self.shardShare = shardShare
      self.p95Microseconds = p95Microseconds
      self.transactionLimit = transactionLimit
      self.sessions = sessions
      self.waiting = waiting
      self.delayed = delayed
      self.delayedBy = delayedBy
      self.stage = stage
    }
  }

  /// Tenants that are not listed, together.
  public struct Others: Codable, Sendable, Equatable {
    /// Transactions that ended, and bytes both ways.
    public var transactionsPerSecond, bytesPerSecond: Double

    /// What others do.
    public init(transactionsPerSecond: Double, bytesPerSecond: Double) {
      self.transactionsPerSecond = transactionsPerSecond
      self.bytesPerSecond = bytesPerSecond
    }
  }

  /// A limit of envelopes.
  public struct Limit: Codable, Sendable, Equatable {
    /// `rate`, `server-connections`, `bytes`, `connection-attempts`, `client-connections` or `router`.
    public var name: String
    /// Work that met it: delayed or refused.
    public var hits: UInt64
    /// Work that was refused for it; nil where work is only delayed.
    public var refusals: UInt64?

    /// A limit from its parts.
    public init(name: String, hits: UInt64, refusals: UInt64?) {
      self.name = name
      self.hits = hits
      self.refusals = refusals
    }
  }
}
