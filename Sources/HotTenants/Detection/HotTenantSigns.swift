public import ShardMap

/// What a tenant's standing says of it, by its policy's rules.
///
/// A tenant is hot that takes more than its part of its shard *while its own transactions are slow*: where both
/// triggers are set, both must hold. The largest tenant of a shard always has a large part of it; it takes nothing
/// from anybody as long as the shard keeps up, and whether it does is seen in how long transactions take. Its own
/// tell that as well as others' would: they wait in the same server, and for the same server connections; and only of
/// its own its policy can say what is slow. What it waits for by its envelope is not counted, so that a
/// tightened tenant does not look hot because it is tightened.
public enum HotTenantSigns: Hashable, Sendable {
  /// Every trigger that is set holds.
  case held
  /// Not every one does, but none is well below its threshold.
  case between
  /// One is well below its threshold, the tenant has too little to do to be in anybody's way, or too few transactions
  /// for a p95 that is asked for.
  case gone

  /// The signs of a tenant.
  public init(_ standing: TenantStanding, _ rules: HotTenantRules) {
    guard rules.hasTrigger, standing.busyServers >= Double(HotTenantLimits.busyServers) else {
      self = .gone
      return
    }
    var signs = HotTenantSigns.held
    if let percent = rules.shardTimePercent {
      signs = signs.and(Self.of(standing.shardShare * 100, threshold: Double(percent)))
    }
    if let milliseconds = rules.p95Milliseconds {
      let p95 = standing.p95Nanoseconds.map { Double($0) / 1e6 } ?? 0
      signs = signs.and(Self.of(p95, threshold: Double(milliseconds)))
    }
    self = signs
  }

  private static func of(_ value: Double, threshold: Double) -> HotTenantSigns {
    if value >= threshold { return .held }
    let leave = threshold * Double(HotTenantLimits.leavePercent) / 100
    return value >= leave ? .between : .gone
  }

  private func and(_ other: HotTenantSigns) -> HotTenantSigns {
    if self == .gone || other == .gone { return .gone }
    return self == .held && other == .held ? .held : .between
  }
}
