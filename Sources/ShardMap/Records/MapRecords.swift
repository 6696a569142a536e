/// A tenant as the compiled map has it.
public struct TenantRecord: Sendable {
  /// The tenant's id.
  public let id: StringReference
  /// The database on its shard, 1...63 bytes.
  public let database: StringReference
  /// The shard that owns it.
  public let shard: ShardIndex
  /// The policy it is under.
  public let policy: PolicyIndex
  /// The pool of routers it is served by.
  public let pool: PoolIndex
  /// Grows when, and only when, the owning shard changes.
  public let generation: UInt64
  /// Whether it may open sessions.
  public let state: TenantState
  /// What it is good for, whatever its shard is.
  public let mode: TimedMode

  init(
    id: StringReference, database: StringReference, shard: ShardIndex, policy: PolicyIndex,
    pool: PoolIndex, generation: UInt64, state: TenantState, mode: TimedMode
  ) {
    self.id = id
    self.database = database
    self.shard = shard
    self.policy = policy
    self.pool = pool
    self.generation = generation
    self.state = state
    self.mode = mode
  }
}

/// Where a tenant is, and under which terms: what a route needs of its record.
public struct TenantPlacement: Sendable {
  /// The shard that owns it.
  public let shard: ShardIndex
  /// The policy it is under.
  public let policy: PolicyIndex
  /// Grows when, and only when, the owning shard changes.
  public let generation: UInt64
  /// Whether it may open sessions.
  public let state: TenantState
  /// What it is good for, whatever its shard is.
  public let mode: TimedMode

  init(
    shard: ShardIndex, policy: PolicyIndex, generation: UInt64, state: TenantState, mode: TimedMode
  ) {
    self.shard = shard
    self.policy = policy
    self.generation = generation
    self.state = state
    self.mode = mode
  }
}

/// A shard: one primary and its replicas.
public struct ShardRecord: Sendable {
  /// The shard's id.
  public let id: StringReference
  /// Grows when, and only when, the primary changes.
  public let epoch: UInt64
  /// What it is good for.
  public let mode: TimedMode
  /// Why it is in its mode, for people; empty where nobody said.
  public let modeCause: StringReference
  /// The only instance that accepts writes.
  public let primary: InstanceIndex
  /// Place of the first replica in the replica table.
  public let firstReplica: UInt32
  /// Replicas of the shard, 0...``MapLimits/replicasPerShard``.
  public let replicaCount: UInt16

  init(
    id: StringReference, epoch: UInt64, mode: TimedMode, modeCause: StringReference,
    primary: InstanceIndex, firstReplica: UInt32, replicaCount: UInt16
  ) {
    self.id = id
    self.epoch = epoch
    self.mode = mode
    self.modeCause = modeCause
    self.primary = primary
    self.firstReplica = firstReplica
    self.replicaCount = replicaCount
  }
}

/// One PostgreSQL server.
public struct InstanceRecord: Sendable {
  /// The instance's id.
  public let id: StringReference
  /// The zone it runs in.
  public let zone: ZoneIndex
  /// Where it listens.
  public let address: SocketAddress

  init(id: StringReference, zone: ZoneIndex, address: SocketAddress) {
    self.id = id
    self.zone = zone
    self.address = address
  }
}

/// A zone of a region.
public struct ZoneRecord: Sendable {
  /// The zone's id.
  public let id: StringReference
  /// The region it belongs to.
  public let region: RegionIndex

  init(id: StringReference, region: RegionIndex) {
    self.id = id
    self.region = region
  }
}

/// A region.
public struct RegionRecord: Sendable {
  /// The region's id.
  public let id: StringReference

  init(id: StringReference) {
    self.id = id
  }
}

/// What a tenant is entitled to.
public struct PolicyRecord: Sendable {
  /// The policy's id.
  public let id: StringReference
  /// The tier of a session that asks for none.
  public let tier: Consistency
  /// The tier of a transaction that begins READ ONLY in such a session; nil for ``tier``.
  public let readTier: Consistency?
  /// How long a client keeps a server connection at a listener that goes by policy; nil for as long as it
  /// is connected.
  public let pooling: PoolMode?
  /// How old the data of its tenants may become.
  public let freshness: FreshnessRules
  /// What a bounded read does when no replica is proven fresh enough.
  public let boundedFallback: BoundedFallback
  /// Most reads of a tier other than `strong` that may go to a primary because no replica will do,
  /// in percent of all such reads of a shard. 0...100.
  public let primaryReadBudgetPercent: UInt8
  /// What each of its tenants may use.
  public let envelope: Envelope
  /// How far its tenants' service may be degraded.
  public let degradation: DegradationRules
  /// When a tenant counts as hot; nil for never.
  public let hotTenant: HotTenantRules?
  /// The label of the workers that serve its tenants inside a router; nil for the shared ones.
  public let label: StringReference?

  /// ``primaryReadBudgetPercent`` where a policy doesn't say. Envoy's retry budget: 20 %.
  public static let standardReadBudgetPercent: UInt8 = 20

  init(
    id: StringReference, tier: Consistency, readTier: Consistency?, pooling: PoolMode?,
    freshness: FreshnessRules, boundedFallback: BoundedFallback, primaryReadBudgetPercent: UInt8,
    envelope: Envelope, degradation: DegradationRules, hotTenant: HotTenantRules?,
    label: StringReference?
  ) {
    self.id = id
    self.tier = tier
    self.readTier = readTier
    self.pooling = pooling
    self.freshness = freshness
    self.boundedFallback = boundedFallback
    self.primaryReadBudgetPercent = primaryReadBudgetPercent
    self.envelope = envelope
    self.degradation = degradation
    self.hotTenant = hotTenant
    self.label = label
  }

  /// The tier that work takes where its session asks for none.
  public func tier(readOnly: Bool) -> Consistency {
    readOnly ? readTier ?? tier : tier
  }
}

/// A group of routers.
///
/// ``CompiledMap/routers(of:)`` gives the names of its routers, ``CompiledMap/addresses(of:)`` where
/// sessions are relayed to.
public struct PoolRecord: Sendable {
  /// The pool's id.
  public let id: StringReference
  /// Whether it serves only the tenants that name it.
  public let dedicated: Bool
  /// What its routers do with tenants of other pools.
  public let foreign: ForeignTenants
  /// How many of its routers serve one tenant; 0 for all.
  public let routersPerTenant: UInt16

  init(
    id: StringReference, dedicated: Bool, foreign: ForeignTenants, routersPerTenant: UInt16
  ) {
    self.id = id
    self.dedicated = dedicated
    self.foreign = foreign
    self.routersPerTenant = routersPerTenant
  }
}
