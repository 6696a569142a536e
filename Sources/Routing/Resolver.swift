public import ShardMap

/// Decides where a session goes.
///
/// The one decision behind `resolve` and `explain`:
///
/// 1. The tenant is looked up; a suspended tenant or a paused shard ends it.
/// 2. `strong` goes to the primary, in whatever health: there is no alternative.
/// 3. `eventual` goes to a replica that is neither ejected nor cooling after a failure: to the
///    nearest, and among equally near ones to the better of two drawn at random (`Selection`).
///    Where too few of the shard's replicas are healthy, it panics: ejections are ignored
///    (Envoy's panic threshold), because the few would not carry the load of all.
/// 4. Where no replica will do, the primary stands in; where it has just failed too, everything
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
  /// The health table must have been made for `map`. The caller tells it how the attempt ends.
  /// - Throws: `RouteRefusal`, where there is nowhere to go.
  /// - Complexity: one look-up, and a few passes over the shard's replicas.
  public func resolve(
    tenant id: RawSpan, tier: ConsistencyTier?, excluding tried: TriedInstances = TriedInstances(),
    map: CompiledMap, health: inout HealthTable, random: inout RandomSource, now: MonotonicTime
  ) throws(RouteRefusal) -> Route {
    let target = try target(tenant: id, tier: tier, map: map)
    let selection = Selection(
      target, tried: tried, location: location, map: map, health: health, random: &random, now: now)
    health.notePanic(target.shard, selection.isPanicking)
    return try selection.route(for: target, tried: tried)
  }

  /// Makes the decision that `resolve` would make, and tells all of it.
  ///
  /// Changes nothing: with a copy of the same generator it tells what `resolve` does next.
  public func explain(
    tenant id: RawSpan, tier: ConsistencyTier?, excluding tried: TriedInstances = TriedInstances(),
    map: CompiledMap, health: borrowing HealthTable, random: RandomSource, now: MonotonicTime
  ) -> RouteExplanation {
    let target: Target
    do {
      target = try self.target(tenant: id, tier: tier, map: map)
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
    tenant id: RawSpan, tier: ConsistencyTier?, map: CompiledMap
  ) throws(RouteRefusal) -> Target {
    guard let index = map.tenant(id: id) else { throw .unknownTenant }
    let tenant = map.tenant(index)
    if tenant.state == .suspended { throw .tenantSuspended(index) }
    let shard = map.shard(tenant.shard)
    if shard.mode == .paused { throw .shardPaused(tenant.shard) }
    return Target(
      tenant: index, shard: tenant.shard, record: shard,
      tier: tier ?? map.policy(tenant.policy).tier)
  }
}

/// What a session wants: a tenant's shard, under a tier.
struct Target {
  let tenant: TenantIndex
  let shard: ShardIndex
  let record: ShardRecord
  let tier: ConsistencyTier
}
