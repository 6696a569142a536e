public import ShardMap

/// A shard map as people and the control plane write it.
///
/// Decoding checks the form: every field is there, has its type, and no field is unknown.
/// ``validate(against:)`` checks the meaning.
public struct MapDocument: Hashable, Sendable {
  /// The only value of the document's `format` field.
  public static let format = "shardway.map/1"

  /// Commit order of the control plane; a map is never replaced by one with a lower number. From 1.
  public var mapVersion: UInt64
  /// When the document was issued.
  public var issuedAt: IssueTime
  /// Where the servers are.
  public var topology: Topology
  /// The shards.
  public var shards: [Shard]
  /// What tenants are entitled to.
  public var policies: [Policy]
  /// Groups of routers.
  public var pools: [Pool]
  /// The tenants.
  public var tenants: [Tenant]

  /// A document from its parts; nothing is checked yet.
  public init(
    mapVersion: UInt64, issuedAt: IssueTime, topology: Topology, shards: [Shard],
    policies: [Policy], pools: [Pool], tenants: [Tenant]
  ) {
    self.mapVersion = mapVersion
    self.issuedAt = issuedAt
    self.topology = topology
    self.shards = shards
    self.policies = policies
    self.pools = pools
    self.tenants = tenants
  }
}

/// Regions with their zones, and the servers in them.
public struct Topology: Hashable, Sendable {
  /// The regions.
  public var regions: [Region]
  /// The PostgreSQL servers.
  public var instances: [Instance]

  /// A topology from its parts.
  public init(regions: [Region], instances: [Instance]) {
    self.regions = regions
    self.instances = instances
  }
}

/// A region and the ids of its zones.
public struct Region: Hashable, Sendable {
  /// Unique among regions.
  public var id: String
  /// Unique among the zones of all regions.
  public var zones: [String]

  /// A region from its parts.
  public init(id: String, zones: [String]) {
    self.id = id
    self.zones = zones
  }
}

/// One PostgreSQL server.
public struct Instance: Hashable, Sendable {
  /// Unique among instances.
  public var id: String
  /// The id of its zone.
  public var zone: String
  /// `192.0.2.7:5432` or `[2001:db8::7]:5432`; names aren't resolved.
  public var address: String

  /// An instance from its parts.
  public init(id: String, zone: String, address: String) {
    self.id = id
    self.zone = zone
    self.address = address
  }
}

/// A primary and its replicas.
public struct Shard: Hashable, Sendable {
  /// Unique among shards.
  public var id: String
  /// Grows when, and only when, the primary changes. From 1.
  public var epoch: UInt64
  /// What it is good for; `normal` when the document doesn't say.
  public var mode: ServiceMode
  /// When the mode ends by itself, in whole seconds; nil for no end.
  public var modeUntil: IssueTime?
  /// Why it is in its mode, for people; nil where nobody said.
  public var modeCause: String?
  /// The id of the instance that accepts writes.
  public var primary: String
  /// The ids of the instances that follow it.
  public var replicas: [String]

  /// A shard from its parts.
  public init(
    id: String, epoch: UInt64, mode: ServiceMode = .normal, modeUntil: IssueTime? = nil,
    modeCause: String? = nil, primary: String, replicas: [String]
  ) {
    self.id = id
    self.epoch = epoch
    self.mode = mode
    self.modeUntil = modeUntil
    self.modeCause = modeCause
    self.primary = primary
    self.replicas = replicas
  }
}

/// A tenant and where its database is.
public struct Tenant: Hashable, Sendable {
  /// Unique among tenants.
  public var id: String
  /// Grows when, and only when, the owning shard changes. From 1.
  public var generation: UInt64
  /// The id of the owning shard.
  public var shard: String
  /// The database on that shard, the tenant's alone.
  public var database: String
  /// The id of the pool that serves it.
  public var pool: String
  /// The id of its policy.
  public var policy: String
  /// Whether it may open sessions; `active` when the document doesn't say.
  public var state: TenantState
  /// What it is good for, whatever its shard is; `normal` when the document doesn't say.
  public var mode: ServiceMode
  /// When the mode ends by itself, in whole seconds; nil for no end.
  public var modeUntil: IssueTime?

  /// A tenant from its parts.
  public init(
    id: String, generation: UInt64, shard: String, database: String, pool: String, policy: String,
    state: TenantState = .active, mode: ServiceMode = .normal, modeUntil: IssueTime? = nil
  ) {
    self.id = id
    self.generation = generation
    self.shard = shard
    self.database = database
    self.pool = pool
    self.policy = policy
    self.state = state
    self.mode = mode
    self.modeUntil = modeUntil
  }
}
