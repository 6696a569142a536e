public import ShardMap

/// Decides where a session or a transaction goes.
///
/// The one decision behind `resolve` and `explain`:
///
/// 1. The tenant is looked up; a suspended tenant, one whose permissions nobody has confirmed for
///    too long, or a paused shard or tenant ends it. Where a tenant is may be stale: the shard itself
///    refuses a stale epoch. The mode in force may change the tier, and a policy that doesn't put up
///    with it has the work refused (``ModeInForce``).
/// 2. `strong` goes to the primary, in whatever health: there is no alternative.
/// 3. Every other tier goes to a replica that is neither ejected nor cooling after a failure and,
///    for `session` and `bounded`, is proven by a sample to be as fresh as it must be
///    (``SessionFloor``, ``InstanceSample``): to the nearest, and among equally near ones to the
///    better of two drawn at random (`ReplicaSearch`). Where too few of the shard's replicas are
///    healthy, it panics: ejections are ignored (Envoy's panic threshold), because the few would
///    not carry the load of all. Lag never is.
/// 4. Where no replica will do, the primary stands in, within the shard's budget of such reads
///    (``SpillBudget``) and unless the policy has `bounded` reads refused then; where the primary
///    has just failed too, everything that has not been tried gets its chance, worst last.
///
/// Instances that were tried in vain are never chosen again.
public struct Resolver: Sendable {
  /// Where the router runs, in terms of the map that is resolved with.
  public let location: RouterLocation
  private let catalog: RouteCatalog

  /// A resolver for a router at `location`, an index of `map`.
  ///
  /// It serves `map` and every map that has the same catalog. `clock` is now: what modes end by.
  /// - Complexity: linear in the number of zones, shards and replicas; it allocates. Once a map.
  public init(location: RouterLocation, in map: CompiledMap, clock: WallClock = .unknown) {
    self.location = location
    catalog = RouteCatalog(map, from: location, clock: clock)
  }

  /// Decides where work of the tenant `id` goes.
  ///
  /// Allocates nothing. The resolver and the health table must have been made for `map`, or for one
  /// with the same catalog. The caller tells the table how the attempt ends.
  ///
  /// - Parameters:
  ///   - id: the tenant's id, 1...63 bytes.
  ///   - tier: what the session asks for; nil stands for the tenant's policy.
  ///   - readOnly: whether it is a transaction that begins READ ONLY: the policy may have another
  ///     tier for it.
  ///   - floor: what the session knows of; the tier `session` reads nothing older.
  ///   - tried: instances that didn't take this work.
  ///   - map: the map in use.
  ///   - freshness: how the map stands now.
  ///   - samples: what probes last saw.
  ///   - health: what this worker has seen; it is told what the decision found out.
  ///   - random: decides between instances that are alike.
  ///   - now: the time.
  /// - Returns: the instance, and why it is that one.
  /// - Throws: `RouteRefusal`, where there is nowhere to go.
  /// - Complexity: one look-up, and two replicas looked at where most will do; else all replicas of
  ///   the shard, a few times at most.
  public func resolve<Samples: SampleSource & ~Copyable>(
    tenant id: RawSpan, tier: Consistency?, readOnly: Bool = false, floor: SessionFloor = .none,
    excluding tried: TriedInstances = TriedInstances(), map: CompiledMap,
    freshness: MapFreshness = .unruled, samples: borrowing Samples, health: inout HealthTable,
    random: inout RandomSource, now: MonotonicTime
  ) throws(RouteRefusal) -> Route {
    guard let tenant = map.tenant(id: id) else { throw .unknownTenant }
    return try resolve(
      tenant: tenant, tier: tier, readOnly: readOnly, floor: floor, excluding: tried, map: map,
      freshness: freshness, samples: samples, health: &health, random: &random, now: now)
  }

  /// Decides where work of a tenant goes that was looked up in `map` before; else as above.
  public func resolve<Samples: SampleSource & ~Copyable>(
    tenant: TenantIndex, tier: Consistency?, readOnly: Bool = false, floor: SessionFloor = .none,
    excluding tried: TriedInstances = TriedInstances(), map: CompiledMap,
    freshness: MapFreshness = .unruled, samples: borrowing Samples, health: inout HealthTable,
    random: inout RandomSource, now: MonotonicTime
  ) throws(RouteRefusal) -> Route {
    let target = try Target(
      tenant, tier: tier, readOnly: readOnly, floor: floor, map: map,
      catalog: catalog, freshness: freshness, health: health, now: now)
    let selection = Selection(
      target, tried: tried, catalog: catalog, health: health, samples: samples, random: &random)
    health.note(selection, for: target)
    return try selection.route(for: target, tried: tried, samples: samples, health: health)
  }

  /// The clock that ends of modes are told by.
  public var clock: WallClock { catalog.clock }

  /// The mode that work of a tenant is under now, without deciding anything.
  public func mode(
    of tenant: TenantIndex, map: CompiledMap, health: borrowing HealthTable, now: MonotonicTime
  ) -> ModeInForce {
    let placement = map.placement(of: tenant)
    return ModeInForce(placement, catalog[placement.shard], catalog.clock, health, now)
  }

  /// Makes the decision that `resolve` would make, and tells all of it.
  ///
  /// Changes nothing: with a copy of the same generator it tells what `resolve` does next.
  public func explain<Samples: SampleSource & ~Copyable>(
    tenant id: RawSpan, tier: Consistency?, readOnly: Bool = false, floor: SessionFloor = .none,
    excluding tried: TriedInstances = TriedInstances(), map: CompiledMap,
    freshness: MapFreshness = .unruled, samples: borrowing Samples,
    health: borrowing HealthTable, random: RandomSource, now: MonotonicTime
  ) -> RouteExplanation {
    guard let tenant = map.tenant(id: id) else {
      return RouteExplanation(outcome: .failure(.unknownTenant))
    }
    do throws(RouteRefusal) {
      let target = try Target(
        tenant, tier: tier, readOnly: readOnly, floor: floor, map: map,
        catalog: catalog, freshness: freshness, health: health, now: now)
      var random = random
      let selection = Selection(
        target, tried: tried, catalog: catalog, health: health, samples: samples, random: &random)
      return RouteExplanation(
        target, selection, tried: tried, location: location, map: map, samples: samples,
        health: health)
    } catch {
      return RouteExplanation(outcome: .failure(error))
    }
  }
}
