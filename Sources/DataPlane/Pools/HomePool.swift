public import ShardMap

/// The pool that a router runs for, as the map in use has it.
struct HomePool: Sendable {
  /// Its id.
  let name: [UInt8]
  /// The router's name among those of the pool; empty where it has none.
  let router: [UInt8]
  /// Its place in the map; nil where the map doesn't have it (any more).
  let index: PoolIndex?

  /// Finds a pool in a map. Linear in the number of pools: once a map.
  init(_ settings: HomeSettings, in map: CompiledMap) {
    name = Array(settings.pool.utf8)
    router = Array((settings.router ?? "").utf8)
    index = map.pool(id: settings.pool)
  }
}

/// What is wrong with a router's pool by a map, so that it could serve nobody.
public enum HomeFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The map has no such pool.
  case unknownPool(String)
  /// The pool gives each tenant some of its routers, and the router has no name.
  case noRouterName(pool: String, routers: [String])
  /// The pool gives each tenant some of its routers, and this is none of them.
  case unknownRouter(String, pool: String, routers: [String])

  /// Whether it is the router's name that is wrong, and not the pool's.
  public var isAboutRouter: Bool {
    if case .unknownPool = self { false } else { true }
  }

  /// What is wrong and what to do, to be read behind the field's name.
  public var description: String {
    switch self {
    case .unknownPool(let pool):
      "the map has no pool \"\(pool)\"; add it to the map, or name one of the map's pools"
    case .noRouterName(let pool, let routers):
      "is needed: pool \"\(pool)\" gives each tenant some of its routers, which are \(Self.list(routers))"
    case .unknownRouter(let router, let pool, let routers):
      "pool \"\(pool)\" has no router \"\(router)\"; it has \(Self.list(routers))"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}

extension HomeSettings {
  /// Looks whether a router with these settings could serve anybody by a map.
  public func check(against map: CompiledMap) throws(HomeFault) {
    guard let index = map.pool(id: pool) else { throw .unknownPool(pool) }
    guard map.pool(index).routersPerTenant > 0 else { return }
    let routers = map.routers(of: index).map { String(decoding: $0, as: UTF8.self) }
    guard let router else { throw .noRouterName(pool: pool, routers: routers) }
    guard routers.contains(router) else {
      throw .unknownRouter(router, pool: pool, routers: routers)
    }
  }
}
