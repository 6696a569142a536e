public import ShardMap

/// The routers of a pool as the map has them.
public struct PoolShape: Hashable, Sendable {
  /// Their names in the order of the map; empty where it doesn't say.
  public var routers: [[UInt8]]
  /// How many of them serve one tenant; 0 for all.
  public var routersPerTenant: Int

  /// A pool's shape; of a pool that the map says nothing of, without an argument.
  public init(routers: [[UInt8]] = [], routersPerTenant: Int = 0) {
    self.routers = routers
    self.routersPerTenant = routersPerTenant
  }

  /// The shape of the pool with this id; of one that the map doesn't have, nothing is said.
  public init(of pool: String, in map: CompiledMap) {
    self.init()
    guard let index = map.pool(id: pool) else { return }
    routers = map.routers(of: index)
    routersPerTenant = Int(map.pool(index).routersPerTenant)
  }

  /// What a router may use of every tenant's limits before it has heard of any other: an equal part
  /// where the map names the routers, and everything where it doesn't.
  public var bootstrapShare: UInt32 { equalPart(routers: 1) }

  /// An equal part of a limit, when so many routers are known to run.
  func equalPart(routers running: Int) -> UInt32 {
    ShareLimits.whole / UInt32(clamping: holders(among: max(1, running, routers.count)))
  }

  /// How many of so many routers use one tenant's limits.
  func holders(among count: Int) -> Int {
    isShuffled ? min(count, routersPerTenant) : count
  }

  /// Whether a tenant is served by some of the routers only.
  var isShuffled: Bool { routersPerTenant > 0 && routersPerTenant < routers.count }
}
