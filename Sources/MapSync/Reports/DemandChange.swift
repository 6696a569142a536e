import ShardMap

/// Whether what tenants want has changed so much that the control plane should hear of it soon.
enum DemandChange {
  /// A change by less than this part of the tenant's share, in percent, waits for the next report.
  static let percentOfShare: UInt64 = 10

  /// From this multiple of its share on, a tenant wants all it can get, however much more that is.
  private static let limitOfShare: UInt64 = 2

  static func isNews(from told: [RouterReport.Demand], to now: [RouterReport.Demand]) -> Bool {
    let before = Dictionary(told.map { ($0.tenant, $0) }, uniquingKeysWith: { one, _ in one })
    var known = 0
    for demand in now {
      guard let old = before[demand.tenant] else { return true }
      known += 1
      let (one, other) = (wanted(old, of: demand.share), wanted(demand, of: demand.share))
      let difference = max(one, other) - min(one, other)
      if difference * 100 > UInt64(demand.share) * percentOfShare { return true }
    }
    return known < before.count
  }

  private static func wanted(_ demand: RouterReport.Demand, of share: UInt32) -> UInt64 {
    min(UInt64(demand.wanted), UInt64(share) * limitOfShare)
  }
}
