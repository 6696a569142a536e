internal import MapDocument
internal import ShardMap

/// Which routers of a pool serve which of its tenants, and what that is worth.
struct PoolPlan {
  let pool: String
  /// The names of its routers.
  let routers: [String]
  /// How many of them serve one tenant.
  let perTenant: Int
  /// The ids of the pool's tenants.
  let tenants: [String]
  /// Tenants of each router.
  let load: [Int]
  /// How many routers pairs of tenants share.
  let overlap: PoolOverlap
  /// Most tenants that lose all their routers when one tenant, one of them, takes its own down.
  let worstLoss: Int

  /// Plans a pool of a map.
  ///
  /// - Parameters:
  ///   - id: The pool.
  ///   - document: The map.
  ///   - count: Routers to plan for, called `r1`, `r2` and so on; nil for those that the pool names.
  ///   - share: Routers of one tenant, 0 for all; nil for as many as the pool says.
  /// - Throws: ``PoolPlanError``.
  init(
    _ id: String, of document: MapDocument, routers count: Int?, perTenant share: Int?
  ) throws(PoolPlanError) {
    guard let pool = document.pools.first(where: { $0.id == id }) else { throw .noPool(id) }
    let routers = count.map { count in (0..<count).map { "r\($0 + 1)" } } ?? pool.routers
    guard !routers.isEmpty else { throw .noRouters(id) }
    let share = share ?? pool.routersPerTenant
    guard share <= routers.count else { throw .tooFew(routers: routers.count, perTenant: share) }
    self.init(
      id, routers: routers, perTenant: share == 0 ? routers.count : share,
      tenants: document.tenants.filter { $0.pool == id }.map(\.id))
  }

  private init(_ id: String, routers: [String], perTenant: Int, tenants: [String]) {
    pool = id
    self.routers = routers
    self.perTenant = perTenant
    self.tenants = tenants
    let names = routers.map { Array($0.utf8) }
    let sets = tenants.map { tenant in
      Set(
        ShuffleShard.routers(of: tenant.utf8Span.span.bytes, among: names, count: perTenant))
    }
    var load = [Int](repeating: 0, count: routers.count)
    for router in sets.joined() { load[router] += 1 }
    self.load = load
    overlap = PoolOverlap(sets, each: perTenant)
    // Every tenant has as many routers, so only those with the same ones lose all.
    worstLoss = Dictionary(grouping: sets) { $0 }.values.map(\.count).max() ?? 0
  }

  /// The names of a tenant's routers, the heaviest first, whether it is one of the pool's or not.
  func routers(of tenant: String) -> [String] {
    let names = routers.map { Array($0.utf8) }
    return ShuffleShard.routers(
      of: tenant.utf8Span.span.bytes, among: names, count: perTenant
    ).map { routers[$0] }
  }

  /// The part of the tenants that the worst of them takes down; 0 without tenants.
  var worstShare: Double { tenants.isEmpty ? 0 : Double(worstLoss) / Double(tenants.count) }
}

/// Why a pool can't be planned.
enum PoolPlanError: Error, CustomStringConvertible {
  case noPool(String)
  case noRouters(String)
  case tooFew(routers: Int, perTenant: Int)

  var description: String {
    switch self {
    case .noPool(let id):
      "the map has no pool \"\(id)\"; name one that it has"
    case .noRouters(let id):
      "pool \"\(id)\" names no routers, so there is nothing to deal tenants to; "
        + "give --routers N, or name them: shardway pool set \(id) routers=r1,r2"
    case .tooFew(let routers, let perTenant):
      "a tenant can't have \(perTenant) of \(routers) routers; give --per-tenant \(routers) or less"
    }
  }
}
