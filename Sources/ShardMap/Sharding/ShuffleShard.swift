internal import CXXHash

/// Gives each tenant of a pool a few of its routers, so that two tenants rarely share all of them
/// and no tenant can take away more than its own few.
///
/// Rendezvous hashing: every pair of a tenant and a router's name has a weight, and the heaviest are
/// the tenant's. So whoever knows the names comes to the same result, in whatever order it has
/// them; a router that comes or goes changes only the tenants that get it or had it.
public enum ShuffleShard {
  /// The routers of a tenant, by their places among `names`, the heaviest first. It gets `count` of
  /// them; 0, or as many as there are, stands for all.
  ///
  /// - Complexity: two hashes a router and a sort.
  public static func routers(
    of tenant: RawSpan, among names: [[UInt8]], count: Int
  ) -> [Int] {
    let weights = names.map { weight(of: $0, for: tenant) }
    let ranked = names.indices.sorted {
      isHeavier((weights[$0], names[$0]), (weights[$1], names[$1]))
    }
    return isAll(count, of: names) ? ranked : Array(ranked.prefix(count))
  }

  /// Whether a tenant gets a router, given by its place among `names`, when it gets `count` of them.
  ///
  /// - Complexity: two hashes a router; allocates nothing.
  public static func serves(
    _ router: Int, tenant: RawSpan, among names: [[UInt8]], count: Int
  ) -> Bool {
    guard !isAll(count, of: names) else { return true }
    let own = (weight(of: names[router], for: tenant), names[router])
    var heavier = 0
    for name in names where isHeavier((weight(of: name, for: tenant), name), own) {
      heavier += 1
      if heavier == count { return false }
    }
    return true
  }

  private static func isAll(_ count: Int, of names: [[UInt8]]) -> Bool {
    count == 0 || count >= names.count
  }

  /// The name decides between equal weights.
  private static func isHeavier(
    _ one: (weight: UInt64, name: [UInt8]), _ other: (weight: UInt64, name: [UInt8])
  ) -> Bool {
    one.weight != other.weight
      ? one.weight > other.weight : one.name.lexicographicallyPrecedes(other.name)
  }

  /// The same on every machine and in every version: routers of several versions must agree.
  private static func weight(of name: [UInt8], for tenant: RawSpan) -> UInt64 {
    let key = name.withUnsafeBytes { shardway_xxh3_64($0.baseAddress, $0.count, 0) }
    return tenant.withUnsafeBytes { shardway_xxh3_64($0.baseAddress, $0.count, key) }
  }
}
