import ShardMap

/// What the workers of a router saw of its tenants in the last second, put together.
///
/// A tick is a window: what has come since the last one counts as one window's, so a worker that is late is
/// counted late. Tenants that a worker didn't list count as having done nothing there.
public struct TenantLedger: Sendable {
  /// The last windows' values, the newest at the ledger's hand.
  private struct Ring<Value: Sendable>: Sendable {
    var values: InlineArray<4, Value>

    init(_ value: Value) { values = InlineArray(repeating: value) }
  }

  private struct Entry: Sendable {
    var shard: ShardIndex?
    var amounts = Ring(WorkAmounts())
    var latencies = Ring(LatencyCounts())
  }

  private var entries: [[UInt8]: Entry] = [:]
  private var shards: [ShardIndex: Ring<WorkAmounts>] = [:]
  private var all = Ring(WorkAmounts())
  private var hand = 0
  private var minute = DistinctCount()
  private var lastMinute: DistinctCount?
  private var windowsInMinute: UInt64 = 0

  /// Nothing was seen yet.
  public init() {}

  // MARK: Taking

  /// Takes what the workers have seen since the last tick.
  public mutating func tick(_ windows: [TenantWindow]) {
    hand = (hand + 1) % HotTenantLimits.rateWindows
    clearHand()
    for window in windows { merge(window) }
    forget()
    windowsInMinute += 1
    guard windowsInMinute * TenantWindow.nanoseconds >= 60_000_000_000 else { return }
    windowsInMinute = 0
    lastMinute = minute
    minute = DistinctCount()
  }

  private mutating func clearHand() {
    all.values[hand] = WorkAmounts()
    for tenant in entries.keys {
      entries[tenant]?.amounts.values[hand] = WorkAmounts()
      entries[tenant]?.latencies.values[hand] = LatencyCounts()
    }
    for shard in shards.keys { shards[shard]?.values[hand] = WorkAmounts() }
  }

  private mutating func merge(_ window: TenantWindow) {
    for measure in window.tenants {
      entries[measure.tenant, default: Entry()].shard = measure.shard
      entries[measure.tenant]?.amounts.values[hand] += measure.amounts
      entries[measure.tenant]?.latencies.values[hand].merge(measure.latencies)
    }
    for measure in window.shards {
      shards[measure.shard, default: Ring(WorkAmounts())].values[hand] += measure.amounts
      all.values[hand] += measure.amounts
    }
    minute.merge(window.distinct)
  }

  /// Forgets who has done nothing for a second, and of the others those that did least, where there are too many.
  private mutating func forget() {
    entries = entries.filter { sum($0.value.amounts, HotTenantLimits.rateWindows) != WorkAmounts() }
    shards = shards.filter { sum($0.value, HotTenantLimits.rateWindows) != WorkAmounts() }
    guard entries.count > HotTenantLimits.remembered else { return }
    for tenant in ranked.dropFirst(HotTenantLimits.remembered) { entries[tenant] = nil }
  }

  // MARK: Telling

  /// The tenants that are remembered, those first that had servers for longest.
  public var ranked: [[UInt8]] {
    let weights = entries.map { tenant, entry in
      (tenant: tenant, work: sum(entry.amounts, HotTenantLimits.rateWindows))
    }
    return weights.sorted { one, other in
      let (left, right) = (one.work, other.work)
      if left.serverNanoseconds != right.serverNanoseconds {
        return left.serverNanoseconds > right.serverNanoseconds
      }
      if left.transactions != right.transactions { return left.transactions > right.transactions }
      return one.tenant.lexicographicallyPrecedes(other.tenant)
    }.map(\.tenant)
  }

  /// The tenants that have enough to do to be in others' way, in the order of their names.
  public var busy: [[UInt8]] {
    let enough =
      Double(HotTenantLimits.busyServers) * Self.seconds(HotTenantLimits.shareWindows) * 1e9
    return entries.filter {
      Double(sum($0.value.amounts, HotTenantLimits.shareWindows).serverNanoseconds) >= enough
    }.keys.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// How a tenant stands.
  public func standing(of tenant: [UInt8]) -> TenantStanding {
    guard let entry = entries[tenant] else { return TenantStanding(tenant: tenant, shard: nil) }
    var standing = TenantStanding(tenant: tenant, shard: entry.shard)
    let second = sum(entry.amounts, HotTenantLimits.rateWindows)
    let seconds = Self.seconds(HotTenantLimits.rateWindows)
    standing.transactionsPerSecond = Double(second.transactions) / seconds
    standing.bytesPerSecond = Double(second.bytes) / seconds
    let lately = Double(sum(entry.amounts, HotTenantLimits.shareWindows).serverNanoseconds)
    standing.busyServers = lately / Self.seconds(HotTenantLimits.shareWindows) / 1e9
    if let shard = entry.shard.flatMap({ shards[$0] }) {
      let whole = sum(shard, HotTenantLimits.shareWindows).serverNanoseconds
      standing.shardShare = whole == 0 ? 0 : lately / Double(whole)
    }
    var latencies = LatencyCounts()
    for place in entry.latencies.values.indices { latencies.merge(entry.latencies.values[place]) }
    if latencies.total >= HotTenantLimits.latencySamples {
      standing.p95Nanoseconds = latencies.percentile(95)
    }
    return standing
  }

  /// What all tenants did.
  public var totals: TenantTotals {
    let second = sum(all, HotTenantLimits.rateWindows)
    let seconds = Self.seconds(HotTenantLimits.rateWindows)
    var totals = TenantTotals()
    totals.transactionsPerSecond = Double(second.transactions) / seconds
    totals.bytesPerSecond = Double(second.bytes) / seconds
    totals.busyServers = Double(second.serverNanoseconds) / seconds / 1e9
    totals.distinctTenants = (lastMinute ?? minute).estimate
    return totals
  }

  private static func seconds(_ windows: Int) -> Double {
    Double(UInt64(windows) * TenantWindow.nanoseconds) / 1e9
  }

  /// The sum of the last few windows.
  private func sum(_ ring: Ring<WorkAmounts>, _ windows: Int) -> WorkAmounts {
    let count = HotTenantLimits.rateWindows
    return (0..<windows).reduce(WorkAmounts()) { $0 + ring.values[(hand + count - $1) % count] }
  }
}
