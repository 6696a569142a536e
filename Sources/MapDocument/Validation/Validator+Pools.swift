internal import ShardMap

extension Validator {
  mutating func checkPools() {
    let pools = document.pools
    checkLimit(pools.count, MapLimits.pools, "pools")
    checkIDs(
      pools.enumerated().lazy.map { ("pools[\($0.offset)].id", $0.element.id) }, kind: "pool")
    for (place, pool) in pools.enumerated() {
      for finding in pool.findings(at: "pools[\(place)]") { add(finding) }
    }
  }
}

extension Pool {
  /// Looks for everything that is wrong with the pool's values, whatever else is in the map.
  ///
  /// - Parameter path: where the pool is, such as `pools[2]`; empty for fields without a prefix.
  /// - Returns: the findings in the order of the fields.
  public func findings(at path: String) -> [MapFinding] {
    let prefix = path.isEmpty ? "" : path + "."
    return routerFindings(prefix) + shareFindings(prefix) + addressFindings(prefix)
  }

  private func routerFindings(_ prefix: String) -> [MapFinding] {
    var findings = Self.limit(
      routers.count, MapLimits.routersPerPool, prefix + "routers",
      hint: "split the pool")
    var places: [String: String] = [:]
    for (place, router) in routers.enumerated() {
      let path = "\(prefix)routers[\(place)]"
      if !MapNames.isIdentifier(router) {
        findings.append(
          MapFinding(
            path: path, message: "\"\(router)\" is no valid name of a router",
            hint: MapNames.identifierHint))
      }
      if let first = places.updateValue(path, forKey: router) {
        findings.append(
          MapFinding(
            path: path, message: "\"\(router)\" is also the router at \(first)",
            hint: "name each router once"))
      }
    }
    return findings
  }

  private func shareFindings(_ prefix: String) -> [MapFinding] {
    guard routersPerTenant < 0 || routersPerTenant > routers.count else { return [] }
    return [
      MapFinding(
        path: prefix + "routersPerTenant",
        message: "a tenant can't have \(routersPerTenant) of \(routers.count) routers",
        hint: "use 0, for all, to \(routers.count), or name more routers")
    ]
  }

  private func addressFindings(_ prefix: String) -> [MapFinding] {
    var findings = Self.limit(
      addresses.count, MapLimits.addressesPerPool, prefix + "addresses",
      hint: "name a load balancer's address instead")
    var places: [SocketAddress: String] = [:]
    for (place, text) in addresses.enumerated() {
      let path = "\(prefix)addresses[\(place)]"
      guard let address = SocketAddress(text) else {
        findings.append(
          MapFinding(
            path: path, message: "\"\(text)\" is not an IP address with a port",
            hint: "write it like 192.0.2.7:6432 or [2001:db8::7]:6432; names aren't resolved"))
        continue
      }
      if let first = places.updateValue(path, forKey: address) {
        findings.append(
          MapFinding(
            path: path, message: "\(address) is also the address at \(first)",
            hint: "give each address once"))
      }
    }
    return findings
  }

  private static func limit(
    _ count: Int, _ limit: Int, _ path: String, hint: String
  ) -> [MapFinding] {
    guard count > limit else { return [] }
    return [
      MapFinding(
        path: path, message: "there are \(count) of them, and the limit is \(limit)", hint: hint)
    ]
  }
}
