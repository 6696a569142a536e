public import ShardMap

/// Decides where a session goes.
///
/// The one decision behind `resolve` and `explain`:
///
/// 1. The tenant is looked up; a suspended tenant, one whose permissions nobody has confirmed for
///    too long, or a paused shard ends it. Where a tenant is may be stale: the shard itself refuses
///    a stale epoch.
/// 2. `strong` goes to the primary, in whatever health: there is no alternative.
/// 3. `bounded` goes to the primary as well, or is refused, as the policy has it: no replica's lag
///    is known.
/// 4. `eventual` goes to a replica that is neither ejected nor cooling after a failure: to the
///    nearest, and among equally near ones to the better of two drawn at random (`Selection`).
///    Where too few of the shard's replicas are healthy, it panics: ejections are ignored
///    (Envoy's panic threshold), because the few would not carry the load of all.
/// 5. Where no replica will do, the primary stands in; where it has just failed too, everything
///    that has not been tried gets its chance, worst last.
///
/// Instances that the session has tried already are never chosen again.
public struct Resolver: Sendable {
  /// Where the router runs, in terms of the map that is resolved with.
  public var location: RouterLocation

  /// A resolver for a router at `location`.
  public init(location: RouterLocation) {
    self.location = location
  }

  /// Decides where a session of the tenant `id` goes.
  ///
  /// Allocates nothing. `tier` is what the session asks for; nil stands for the tenant's policy.
  /// `freshness` is how the map stands now. The health table must have been made for `map`. The caller tells it how the attempt ends.
  /// - Throws: `RouteRefusal`, where there is nowhere to go.
  /// - Complexity: one look-up, and a few passes over the shard's replicas.
  public func resolve(
    tenant id: RawSpan, tier: Consistency?, excluding tried: TriedInstances = TriedInstances(),
    map: CompiledMap, freshness: MapFreshness = .unruled, health: inout HealthTable,
    random: inout RandomSource, now: MonotonicTime
  ) throws(RouteRefusal) -> Route {
    let target = try target(tenant: id, tier: tier, map: map, freshness: freshness)
    let selection = Selection(
      target, tried: tried, location: location, map: map, health: health, random: &random, now: now)
    health.notePanic(target.shard, selection.isPanicking)
    return try selection.route(for: target, tried: tried)
  }

  /// Makes the decision that `resolve` would make, and tells all of it.
  ///
  /// Changes nothing: with a copy of the same generator it tells what `resolve` does next.
  public func explain(
    tenant id: RawSpan, tier: Consistency?, excluding tried: TriedInstances = TriedInstances(),
    map: CompiledMap, freshness: MapFreshness = .unruled, health: borrowing HealthTable,
    random: RandomSource, now: MonotonicTime
  ) -> RouteExplanation {
    let target: Target
    do {
      target = try self.target(tenant: id, tier: tier, map: map, freshness: freshness)
    } catch {
      return RouteExplanation(outcome: .failure(error))
    }
    var random = random
    let selection = Selection(
      target, tried: tried, location: location, map: map, health: health, random: &random, now: now)
    let outcome = Result { () throws(RouteRefusal) in
      try selection.route(for: target, tried: tried)
    }
    let view = CandidateView(
      map: map, shard: target.record, location: location, tried: tried,
      isPanicking: selection.isPanicking, now: now)
    return RouteExplanation(
      target: target, outcome: outcome, isPanicking: selection.isPanicking,
      candidates: selection.verdicts(for: target, view: view, health: health))
  }

  /// Finds the tenant and its shard, or refuses.
  private func target(
    tenant id: RawSpan, tier: Consistency?, map: CompiledMap, freshness: MapFreshness
  ) throws(RouteRefusal) -> Target {
    guard let index = map.tenant(id: id) else { throw .unknownTenant }
    let tenant = map.tenant(index)
    // A refusal wins, however old it is.
    if tenant.state == .suspended { throw .tenantSuspended(index) }
    let policy = map.policy(tenant.policy)
    if freshness.standing(of: .permissions, policy.freshness) == .expired {
      throw .permissionsExpired(
        index, age: freshness.age,
        limitMilliseconds: policy.freshness[.permissions].maxStaleMilliseconds)
    }
    let shard = map.shard(tenant.shard)
    if shard.mode == .paused { throw .shardPaused(tenant.shard) }
    return Target(
      tenant: index, shard: tenant.shard, record: shard, generation: tenant.generation,
      tier: tier ?? Consistency(policy.tier), fallback: policy.boundedFallback,
      freshness: freshness.standing(of: .routing, policy.freshness),
      envelope: EnvelopeUse(freshness.standing(of: .envelope, policy.freshness)))
  }
}

/// What a session wants: a tenant's shard, under a tier.
struct Target {
  let tenant: TenantIndex
  let shard: ShardIndex
  let record: ShardRecord
  let generation: UInt64
  let tier: Consistency
  /// What happens where no replica is proven fresh enough.
  let fallback: BoundedFallback
  /// How the data stands that says where the tenant is.
  let freshness: Freshness
  let envelope: EnvelopeUse
}
