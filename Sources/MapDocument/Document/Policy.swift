public import ShardMap

/// What the tenants that name it are entitled to.
public struct Policy: Hashable, Sendable {
  /// Unique among policies.
  public var id: String
  /// The tier of a session that asks for none.
  public var tier: Consistency
  /// The tier of a transaction that begins READ ONLY in such a session; nil for ``tier``.
  public var readTier: Consistency?
  /// How long a client keeps a server connection at a listener that goes by policy; nil for as long as it
  /// is connected.
  public var pooling: PoolMode?
  /// How old the data of its tenants may become; `.standard` where the document doesn't say.
  public var freshness: FreshnessRules
  /// What a bounded read does when no replica is proven fresh enough; `primary` when the document
  /// doesn't say.
  public var boundedFallback: BoundedFallback
  /// Most reads of a tier other than `strong` that may go to a primary because no replica will do,
  /// in percent of all such reads of a shard; 20 when the document doesn't say.
  public var primaryReadBudgetPercent: Int
  /// What each of its tenants may use; `.unlimited` where the document doesn't say.
  public var envelope: Envelope
  /// How far its tenants' service may be degraded; `.standard` where the document doesn't say.
  public var degradation: DegradationRules
  /// When a tenant counts as hot; nil for never.
  public var hotTenant: HotTenantTerms?
  /// The label of the workers that serve its tenants inside a router; nil for the shared ones.
  public var label: String?

  /// ``primaryReadBudgetPercent`` when a document doesn't say.
  public static let standardReadBudgetPercent = Int(PolicyRecord.standardReadBudgetPercent)

  /// A policy from its parts.
  public init(
    id: String, tier: Consistency, readTier: Consistency? = nil, pooling: PoolMode? = nil,
    freshness: FreshnessRules = .standard, boundedFallback: BoundedFallback = .primary,
    primaryReadBudgetPercent: Int = Self.standardReadBudgetPercent,
    envelope: Envelope = .unlimited, degradation: DegradationRules = .standard,
    hotTenant: HotTenantTerms? = nil, label: String? = nil
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
}

/// A policy's rules for hot tenants, with the quarantine pool by its id.
public struct HotTenantTerms: Hashable, Sendable {
  /// The rules but for their ``ShardMap/HotTenantRules/quarantinePool``, which is nil here.
  public var rules: HotTenantRules
  /// The id of the pool that a hot tenant's new sessions go to; nil leaves the step out.
  public var quarantinePool: String?

  /// Terms from their parts; nothing is checked.
  public init(_ rules: HotTenantRules, quarantinePool: String? = nil) {
    self.rules = rules
    self.rules.quarantinePool = nil
    self.quarantinePool = quarantinePool
  }
}
