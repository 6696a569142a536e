public import ShardMap

/// Something that is to be done about a tenant.
public struct HotTenantAction: Hashable, Sendable {
  /// What.
  public enum Kind: Hashable, Sendable {
    /// Leave it only this part of its transactions a second.
    case tighten(percent: UInt8)
    /// Undo that.
    case loosen
    /// Have its new sessions go to a pool.
    case quarantine(PoolIndex)
    /// Undo that.
    case endQuarantine
    /// Ask the control plane to move it.
    case requestMove
    /// That can't be undone, but the reason for it is gone; told where there was no other step.
    case forgetMove
  }

  /// Why.
  public enum Cause: Hashable, Sendable {
    /// It was hot for long enough.
    case hot
    /// It was not for long enough.
    case cooled
    /// The map says something else of it than before.
    case mapChanged
  }

  /// What.
  public var kind: Kind
  /// Why.
  public var cause: Cause
  /// About whom, and how it stood.
  public var standing: TenantStanding
  /// The shard it is done for.
  public var shard: ShardIndex

  /// An action from its parts.
  public init(kind: Kind, cause: Cause, standing: TenantStanding, shard: ShardIndex) {
    self.kind = kind
    self.cause = cause
    self.standing = standing
    self.shard = shard
  }
}

/// What the map says of a tenant, as far as it matters here.
public struct HotTenantPlacement: Hashable, Sendable {
  /// The shard that it is on.
  public var shard: ShardIndex
  /// When it counts as hot.
  public var rules: HotTenantRules

  /// A placement from its parts.
  public init(shard: ShardIndex, rules: HotTenantRules) {
    self.shard = shard
    self.rules = rules
  }
}
