/// Changes to a map's tenants, small enough that the map is not compiled again.
///
/// They are applied in the order in which they were added, so the last one of an id decides. What
/// tenants refer to is named by id, and must be in the map already.
public struct MapPatch: Sendable {
  /// Version of the map after the patch; not below that of the map before it.
  public let mapVersion: UInt64
  /// When the version was issued, in milliseconds since 1970.
  public let issuedAt: Int64
  /// Digest of everything the map says after the patch; it is stored and not checked.
  public let root: MapRoot

  enum Change: Sendable {
    case upsert(PatchedTenant)
    case remove(id: String)
  }

  private(set) var changes: [Change] = []

  /// A patch without changes: it gives the map a new version.
  public init(mapVersion: UInt64, issuedAt: Int64, root: MapRoot = .none) {
    self.mapVersion = mapVersion
    self.issuedAt = issuedAt
    self.root = root
  }

  /// Adds a tenant, or puts it in the place of the one of this id. `database` is the id when it is
  /// nil.
  ///
  /// Names, and whether what they refer to exists, are checked when the patch is published.
  public mutating func upsertTenant(
    id: String, database: String? = nil, shard: String, policy: String, pool: String,
    generation: UInt64, state: TenantState = .active, mode: ServiceMode = .normal,
    modeUntilMilliseconds: UInt64 = 0
  ) {
    changes.append(
      .upsert(
        PatchedTenant(
          id: id, database: database == id ? nil : database, shard: shard, policy: policy,
          pool: pool, generation: generation, state: state,
          mode: TimedMode(mode, untilMilliseconds: modeUntilMilliseconds))))
  }

  /// Removes a tenant, which must be there.
  public mutating func removeTenant(id: String) {
    changes.append(.remove(id: id))
  }

  /// Changes of the patch.
  public var count: Int { changes.count }
}

/// A tenant as a patch has it.
struct PatchedTenant: Sendable {
  let id: String
  /// Nil when it has the id's name.
  let database: String?
  let shard: String
  let policy: String
  let pool: String
  let generation: UInt64
  let state: TenantState
  let mode: TimedMode
}
