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
  /// What is taken away.
  let mode: ModeInForce

  /// Finds a tenant's shard, or refuses.
  init(
    _ index: TenantIndex, tier: Consistency?, readOnly: Bool, floor: SessionFloor,
    map: CompiledMap, catalog: borrowing RouteCatalog, freshness: MapFreshness,
    health: borrowing HealthTable, now: MonotonicTime
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
    let asked = tier ?? policy.tier(readOnly: readOnly)
    if record.mode == .normal, tenant.mode.mode == .normal, health.absentCount == 0 {
      mode = .normal
      self.tier = asked
    } else {
      mode = try Self.mode(
        of: tenant, index, record, asks: asked, policy, catalog.clock, health, now)
      self.tier = mode.tier(of: asked, policy.degradation)
    }
    self.now = now
    self.tenant = index
    shard = tenant.shard
    primary = record.primary
    shelf = record.shelf
    epoch = record.epoch
    generation = tenant.generation
    tierAsked = tier
    requirement = LagRequirement(self.tier, floor: floor, now: now)
    fallback = policy.boundedFallback
    budgetPercent = policy.primaryReadBudgetPercent
    self.freshness = freshness.standing(of: .routing, policy.freshness)
    envelope = EnvelopeUse(freshness.standing(of: .envelope, policy.freshness))
  }

  /// The mode in force, where there may be one; refuses what it allows nobody, or what the policy
  /// doesn't put up with.
  private static func mode(
    of tenant: TenantPlacement, _ index: TenantIndex, _ record: RouteCatalog.Shard,
    asks tier: Consistency, _ policy: PolicyRecord, _ clock: WallClock,
    _ health: borrowing HealthTable, _ now: MonotonicTime
  ) throws(RouteRefusal) -> ModeInForce {
    let mode = ModeInForce(tenant, record, clock, health, now)
    if mode.mode == .paused { throw .paused(tenant.shard, mode) }
    // Strong work finds out by itself whether the primary is back.
    let findsOut = mode.cause == .noPrimary && tier == .strong
    if mode.mode > policy.degradation.deepest, !findsOut { throw .modeRefused(index, mode) }
    return mode
  }
}
