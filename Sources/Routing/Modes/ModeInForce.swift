public import ShardMap

/// The mode that a piece of work is routed under, and where it comes from: the deepest of its
/// shard's, its tenant's and what the router has found out by itself.
public struct ModeInForce: Sendable, Hashable {
  /// What the shard, or the tenant, is still good for.
  public let mode: ServiceMode
  /// Who says so.
  public let cause: ModeCause
  /// When it is over by itself; ``never`` where a newer map, or evidence, ends it.
  public let ends: MonotonicTime

  /// Of ``ends``: not by itself.
  public static let never = MonotonicTime(nanoseconds: .max)
  /// Nothing is taken away.
  public static let normal = ModeInForce(.normal, .none)

  /// A mode from its parts.
  public init(_ mode: ServiceMode, _ cause: ModeCause, ends: MonotonicTime = never) {
    self.mode = mode
    self.cause = cause
    self.ends = ends
  }

  /// Whether nothing is taken away.
  @inlinable
  public var isNormal: Bool { mode == .normal }

  /// Whether the router keeps the work from writing where it could: a primary takes it read-only.
  ///
  /// Not so on evidence: should the primary answer after all, it takes writes as ever.
  public var refusesWrites: Bool {
    mode >= .eventualOnly && mode != .paused && cause != .noPrimary
  }
}

/// Who says that a mode is in force.
public enum ModeCause: UInt8, Sendable, Hashable, CaseIterable {
  /// Nobody: it is `normal`.
  case none
  /// The map, of the shard.
  case mapShard
  /// The map, of the tenant.
  case mapTenant
  /// The router: no primary of the shard has answered for a while.
  case noPrimary

  /// The stable text: `none`, `map-shard`, `map-tenant`, `no-primary`.
  public var name: String {
    switch self {
    case .none: "none"
    case .mapShard: "map-shard"
    case .mapTenant: "map-tenant"
    case .noPrimary: "no-primary"
    }
  }
}

extension ModeInForce {
  /// The deepest of what three say; of two that are as deep the first one's, which people have
  /// chosen.
  init(
    _ tenant: TenantPlacement, _ shard: RouteCatalog.Shard, _ clock: WallClock,
    _ health: borrowing HealthTable, _ now: MonotonicTime
  ) {
    var deepest = ModeInForce.normal
    if shard.mode > deepest.mode, now < shard.modeEnds {
      deepest = ModeInForce(shard.mode, .mapShard, ends: shard.modeEnds)
    }
    if tenant.mode.mode > deepest.mode {
      let ends = clock.end(of: tenant.mode)
      if now < ends { deepest = ModeInForce(tenant.mode.mode, .mapTenant, ends: ends) }
    }
    // Without replicas there is nothing that could go on.
    if ServiceMode.readOnly > deepest.mode, shard.shelf.count > 0,
      health.isAbsent(shard.primary, at: now)
    {
      deepest = ModeInForce(.readOnly, .noPrimary)
    }
    self = deepest
  }

  /// The tier that work of a tier gets under the mode.
  func tier(of tier: Consistency, _ rules: DegradationRules) -> Consistency {
    switch (mode, tier) {
    case (.relaxed, .bounded(let milliseconds)):
      .bounded(milliseconds: max(milliseconds, rules.relaxedBoundMilliseconds))
    case (.eventualOnly, _): .eventual
    case (.normal, _), (.relaxed, _), (.readOnly, _), (.paused, _): tier
    }
  }
}
