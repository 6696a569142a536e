import ShardMap

/// What a piece of work wants: a tenant's shard, under a tier, now.
struct Target: ~Copyable {
  /// What a replica has to prove.
  let requirement: LagRequirement
  let now: MonotonicTime
  let tenant: TenantIndex
  let shard: ShardIndex
  let primary: InstanceIndex
  let shelf: Shelf
  let epoch: UInt64
  let generation: UInt64
  /// The tier in force.
  let tier: Consistency
  /// What the session asked for; nil where it left that to the policy.
  let tierAsked: Consistency?
  /// What happens where no replica is proven fresh enough.
  let fallback: BoundedFallback
  /// The share of reads that may go to the primary then.
  let budgetPercent: UInt8
  /// How the data stands that says where the tenant is.
  let freshness: Freshness
  let envelope: EnvelopeUse

  /// Finds a tenant's shard, or refuses.
  init(
    _ index: TenantIndex, tier: Consistency?, readOnly: Bool, floor: SessionFloor,
    map: CompiledMap, catalog: borrowing RouteCatalog, freshness: MapFreshness, now: MonotonicTime
  ) throws(RouteRefusal) {
    let tenant = map.placement(of: index)
    // A refusal wins, however old it is.
    if tenant.state == .suspended { throw .tenantSuspended(index) }
    let policy = catalog[tenant.policy]
    if freshness.standing(of: .permissions, policy.freshness) == .expired {
      throw .permissionsExpired(
        index, age: freshness.age,
        limitMilliseconds: policy.freshness[.permissions].maxStaleMilliseconds)
    }
    let record = catalog[tenant.shard]
    if record.isPaused { throw .shardPaused(tenant.shard) }
    self.now = now
    self.tenant = index
    shard = tenant.shard
    primary = record.primary
    shelf = record.shelf
    epoch = record.epoch
    generation = tenant.generation
    self.tier = tier ?? policy.tier(readOnly: readOnly)
    tierAsked = tier
    requirement = LagRequirement(self.tier, floor: floor, now: now)
    fallback = policy.boundedFallback
    budgetPercent = policy.primaryReadBudgetPercent
    self.freshness = freshness.standing(of: .routing, policy.freshness)
    envelope = EnvelopeUse(freshness.standing(of: .envelope, policy.freshness))
  }
}
