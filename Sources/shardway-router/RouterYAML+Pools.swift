import ConfigurationFile
import DataPlane
import ShardMap

extension RouterYAML {
  /// The pool that the router runs for.
  struct Pool: Decodable {
    var id: String
    var router: String?
  }

  /// Workers for the tenants of a label.
  struct Dedicated: Decodable {
    var label: String
    var workers: Int
    var serversPerInstance: Int?
    var serversPerPool: Int?
    var connections: Int?
  }

  /// The keys of the sections.
  static let poolKeys: [String: Set<String>] = [
    "pool": ["id", "router"],
    "dedicated": ["label", "workers", "serversPerInstance", "serversPerPool", "connections"],
  ]

  /// The same file with the pool that the command line names.
  func overridden(by override: PoolOverride) throws(FieldError) -> RouterYAML {
    var own = self
    if let id = override.pool {
      // A name in another pool means nothing in this one.
      own.pool = Pool(id: id, router: id == pool?.id ? pool?.router : nil)
    }
    if let router = override.router {
      guard own.pool != nil else {
        throw FieldError("pool", "is needed with --router-name: or give --pool")
      }
      own.pool?.router = router
    }
    return own
  }

  /// The dedicated workers, or the first field that can't be right.
  func checkedDedicated(_ settings: RouterSettings) throws(FieldError) -> [DedicatedSettings] {
    var checked: [DedicatedSettings] = []
    for (place, entry) in (dedicated ?? []).enumerated() {
      let path = "dedicated[\(place)]"
      let one = try entry.checked(path, isCapped: settings.pooling.serversPerInstance != nil)
      guard !checked.contains(where: { $0.label == one.label }) else {
        throw FieldError("\(path).label", "another entry has this label already")
      }
      checked.append(one)
    }
    do throws(WorkerGroupsFault) {
      _ = try WorkerGroups(workers: settings.workersToRun, dedicated: checked)
    } catch {
      throw FieldError("dedicated", "\(error)")
    }
    try checkConnections(checked, of: settings.limits.clientConnections)
    return checked
  }

  private func checkConnections(
    _ checked: [DedicatedSettings], of all: Int
  ) throws(FieldError) {
    var left = all
    for (place, entry) in checked.enumerated() {
      left -= entry.connections ?? 0
      guard left >= 1 else {
        throw FieldError(
          "dedicated[\(place)].connections",
          "leaves none of limits.clientConnections, \(all), to everybody else")
      }
    }
  }
}

extension RouterYAML.Pool {
  /// The settings, or the first field that can't be right.
  func checked() throws(FieldError) -> HomeSettings {
    HomeSettings(
      pool: try Self.name(id, "pool.id"),
      router: try router.map { (router) throws(FieldError) in try Self.name(router, "pool.router") }
    )
  }

  private static func name(_ name: String, _ path: String) throws(FieldError) -> String {
    guard 1...MapLimits.identifierBytes ~= name.utf8.count else {
      throw FieldError(path, "must be a name of 1 to \(MapLimits.identifierBytes) bytes")
    }
    return name
  }
}

extension RouterYAML.Dedicated {
  /// The settings of one label, or the first field that can't be right.
  fileprivate func checked(
    _ path: String, isCapped: Bool
  ) throws(FieldError) -> DedicatedSettings {
    guard 1...MapLimits.identifierBytes ~= label.utf8.count else {
      throw FieldError("\(path).label", "must be a name of 1 to \(MapLimits.identifierBytes) bytes")
    }
    var checked = DedicatedSettings(
      label: label, workers: try Configured.number(workers, "\(path).workers", 1...1024, 1))
    checked.serversPerPool = try serversPerPool.map { (count) throws(FieldError) in
      try Configured.number(count, "\(path).serversPerPool", 1...10_000, count)
    }
    checked.connections = try connections.map { (count) throws(FieldError) in
      try Configured.number(count, "\(path).connections", 1...1_000_000, count)
    }
    let field = "\(path).serversPerInstance"
    let limit = try Configured.number(serversPerInstance, field, 0...100_000, 0)
    guard limit == 0 || limit >= checked.workers else {
      throw FieldError(field, "must be at least the number of its workers, \(checked.workers)")
    }
    guard serversPerInstance != nil || !isCapped else {
      throw FieldError(
        field,
        "is needed, because pooling.serversPerInstance bounds the others only; 0 for any number")
    }
    checked.serversPerInstance = limit == 0 ? nil : limit
    return checked
  }
}
