public import Routing

/// Finds the hot tenants of a router, and says what is to be done about each and when it is to be undone.
///
/// Feed it once a window, right after the ledger. It knows nothing of who carries its actions out; whoever does must
/// do so in their order. After a restart it knows of nothing, as nothing is in force then.
public struct HotTenantDetector: Sendable {
  private var cases: [[UInt8]: HotTenantCase] = [:]

  /// A detector that has seen nothing.
  public init() {}

  /// Judges every tenant that has enough to do to be in others' way, and those about whom something was done.
  ///
  /// - Parameters:
  ///   - ledger: what the tenants did.
  ///   - now: the end of the window.
  ///   - placement: what the map in force says of a tenant; nil where it has it no more.
  /// - Returns: what is to be done, in this order.
  public mutating func judge(
    _ ledger: TenantLedger, now: MonotonicTime,
    placement: ([UInt8]) -> HotTenantPlacement?
  ) -> [HotTenantAction] {
    var actions: [HotTenantAction] = []
    var judged: Set<[UInt8]> = []
    for tenant in ledger.busy + cases.keys.sorted(by: { $0.lexicographicallyPrecedes($1) })
    where judged.insert(tenant).inserted {
      actions += judge(ledger.standing(of: tenant), placement(tenant), now)
    }
    return actions
  }

  private mutating func judge(
    _ standing: TenantStanding, _ placement: HotTenantPlacement?, _ now: MonotonicTime
  ) -> [HotTenantAction] {
    let tenant = standing.tenant
    if let known = cases[tenant], known.shard != placement?.shard || known.rules != placement?.rules
    {
      return close(standing, known, now)
    }
    guard let placement else { return [] }
    // Until it has done something at its new shard, its work is that of the old one.
    let isHere = standing.shard == placement.shard
    let signs = isHere ? HotTenantSigns(standing, placement.rules) : .gone
    guard var known = cases[tenant] ?? newCase(signs, placement, now) else { return [] }
    let start =
      now.nanoseconds >= TenantWindow.nanoseconds
      ? MonotonicTime(nanoseconds: now.nanoseconds - TenantWindow.nanoseconds) : .origin
    let kinds = known.take(signs, windowStart: start, now: now)
    cases[tenant] = known.isOver(at: now) ? nil : known
    let cause = signs == .held ? HotTenantAction.Cause.hot : .cooled
    return kinds.map {
      HotTenantAction(kind: $0, cause: cause, standing: standing, shard: known.shard)
    }
  }

  private func newCase(
    _ signs: HotTenantSigns, _ placement: HotTenantPlacement, _ now: MonotonicTime
  ) -> HotTenantCase? {
    guard signs == .held, cases.count < HotTenantLimits.cases else { return nil }
    return HotTenantCase(rules: placement.rules, shard: placement.shard, now: now)
  }

  /// The map says something else of a tenant: what was done about it is undone, and it begins anew.
  private mutating func close(
    _ standing: TenantStanding, _ known: HotTenantCase, _ now: MonotonicTime
  ) -> [HotTenantAction] {
    var known = known
    cases[standing.tenant] = nil
    return known.undo(now: now).map {
      HotTenantAction(kind: $0, cause: .mapChanged, standing: standing, shard: known.shard)
    }
  }

  /// Undoes everything, and begins anew.
  public mutating func closeAll(now: MonotonicTime) -> [HotTenantAction] {
    cases.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { tenant, known in
      close(TenantStanding(tenant: tenant, shard: known.shard), known, now)
    }
  }

  /// How far it has gone with a tenant, and since when; nil where it has no case.
  public func stage(of tenant: [UInt8]) -> (stage: HotTenantStage, since: MonotonicTime)? {
    cases[tenant].map { ($0.stage, $0.since) }
  }

  /// The tenants about whom something is done now.
  public var treated: [[UInt8]] {
    cases.filter { $0.value.stage > .watched }.keys.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
