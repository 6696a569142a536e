/// How much of everything a map holds.
public struct MapCounts: Hashable, Sendable {
  /// Regions.
  public internal(set) var regions = 0
  /// Zones of all regions.
  public internal(set) var zones = 0
  /// Instances.
  public internal(set) var instances = 0
  /// Shards.
  public internal(set) var shards = 0
  /// Replicas of all shards.
  public internal(set) var replicas = 0
  /// Policies.
  public internal(set) var policies = 0
  /// Pools.
  public internal(set) var pools = 0
  /// Names of routers of all pools.
  public internal(set) var poolRouters = 0
  /// Addresses of all pools.
  public internal(set) var poolAddresses = 0
  /// Tenants.
  public internal(set) var tenants = 0
  /// Bytes of the names and texts of everything but tenants.
  public internal(set) var catalogStringBytes = 0
  /// Room for the tenants' names that don't fit their records, in bytes.
  public internal(set) var tenantStringBytes = 0
  /// What of that room is taken, or was once by a tenant that is gone.
  public internal(set) var usedTenantStringBytes = 0
  /// Slots that a tenant's hash may name as its home.
  public internal(set) var homes = 0
  /// Slots behind the last home, for tenants that don't find a free one before.
  public internal(set) var tailSlots = 0

  /// Whether all tables but the tenants' have the sizes of another map's.
  func hasSameCatalog(as other: MapCounts) -> Bool {
    regions == other.regions && zones == other.zones && instances == other.instances
      && shards == other.shards && replicas == other.replicas && policies == other.policies
      && pools == other.pools && poolRouters == other.poolRouters
      && poolAddresses == other.poolAddresses && catalogStringBytes == other.catalogStringBytes
  }

  /// The first count over its limit, or nil.
  var overLimit: (name: String, value: Int, limit: Int)? {
    let checks = [
      ("regions", regions, MapLimits.regions), ("zones", zones, MapLimits.zones),
      ("instances", instances, MapLimits.instances), ("shards", shards, MapLimits.shards),
      ("replicas", replicas, MapLimits.shards * MapLimits.replicasPerShard),
      ("policies", policies, MapLimits.policies), ("pools", pools, MapLimits.pools),
      ("poolRouters", poolRouters, Self.poolRouterLimit),
      ("poolAddresses", poolAddresses, MapLimits.pools * MapLimits.addressesPerPool),
      ("tenants", tenants, MapLimits.tenants), ("homes", homes, 2 * MapLimits.tenants),
      ("tailSlots", tailSlots, MapLimits.longestProbe),
      ("catalogStringBytes", catalogStringBytes, Self.catalogStringLimit),
      ("tenantStringBytes", tenantStringBytes, MapLimits.tenantStringBytes),
      ("usedTenantStringBytes", usedTenantStringBytes, tenantStringBytes),
    ]
    return checks.first { $0.1 > $0.2 }
  }

  private static let poolRouterLimit = MapLimits.pools * MapLimits.routersPerPool

  private static let catalogStringLimit =
    MapLimits.identifierBytes
    * (MapLimits.regions + MapLimits.zones + MapLimits.instances + MapLimits.shards
      + 2 * MapLimits.policies + MapLimits.pools + poolRouterLimit)
    + MapLimits.shards * MapLimits.modeCauseBytes
}
