/// How many of their routers pairs of tenants share.
struct PoolOverlap {
  /// The share of pairs that have exactly so many routers in common, from 0 to all of a tenant's.
  let shares: [Double]
  /// Pairs that were counted.
  let pairs: Double

  /// Up to so many routers a tenant, every pair is counted, through the subsets of routers that tenants
  /// have; above, a tenant has too many subsets.
  static let subsetRouters = 8
  /// Above ``subsetRouters``, tenants whose pairs are looked at one by one.
  static let comparedTenants = 4000

  /// Counts the pairs of tenants, each given by its routers, `each` of them.
  ///
  /// Exact for up to ``subsetRouters`` routers a tenant, whatever the number of tenants; else for an even
  /// selection of ``comparedTenants`` of them.
  init(_ tenants: [Set<Int>], each: Int) {
    if each <= Self.subsetRouters {
      self.init(subsetsOf: tenants, each: each)
    } else {
      let step = max(1, (tenants.count + Self.comparedTenants - 1) / Self.comparedTenants)
      self.init(
        comparing: stride(from: 0, to: tenants.count, by: step).map { tenants[$0] }, each: each)
    }
  }

  /// Two tenants that have `j` routers in common have `C(j, i)` subsets of `i` routers in common. So the
  /// pairs that have a subset, summed over all subsets of a size, tell by inclusion and exclusion how many
  /// pairs share exactly `j`.
  init(subsetsOf tenants: [Set<Int>], each: Int) {
    var holders: [[Int]: Int] = [:]
    for routers in tenants {
      for subset in Self.subsets(of: routers.sorted()) { holders[subset, default: 0] += 1 }
    }
    var common = [Double](repeating: 0, count: each + 1)
    for (subset, count) in holders { common[subset.count] += Self.pairs(count) }
    pairs = Self.pairs(tenants.count)
    var counts = [Double](repeating: 0, count: each + 1)
    for shared in 0...each {
      for size in shared...each {
        let sign: Double = (size - shared).isMultiple(of: 2) ? 1 : -1
        counts[shared] += sign * Self.choose(size, shared) * common[size]
      }
    }
    let all = pairs
    shares = counts.map { all > 0 ? $0 / all : 0 }
  }

  /// Pair by pair.
  init(comparing tenants: [Set<Int>], each: Int) {
    var counts = [Int](repeating: 0, count: each + 1)
    for (place, one) in tenants.enumerated() {
      for other in tenants[(place + 1)...] { counts[one.intersection(other).count] += 1 }
    }
    let all = Self.pairs(tenants.count)
    pairs = all
    shares = counts.map { all > 0 ? Double($0) / all : 0 }
  }

  /// The share of pairs that would share so many routers if each tenant's `each` of `routers` were drawn
  /// by chance.
  static func expected(sharing shared: Int, each: Int, of routers: Int) -> Double {
    choose(each, shared) * choose(routers - each, each - shared) / choose(routers, each)
  }

  private static func subsets(of routers: [Int]) -> [[Int]] {
    routers.reduce([[]]) { subsets, router in subsets + subsets.map { $0 + [router] } }
  }

  private static func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }

  private static func choose(_ count: Int, _ size: Int) -> Double {
    guard size >= 0, size <= count else { return 0 }
    return (0..<size).reduce(1) { $0 * Double(count - $1) / Double($1 + 1) }
  }
}
