import AdminConsole
import HotTenants
import Routing
import ShardMap

/// Tables of tenants. However many there are, only some are listed: those that do most, and those that something is done about.
extension AdminView {
  // MARK: SHOW TENANTS

  func tenants(_ scan: TenantScan?) -> [[String?]] {
    let report = context.tenants.newest
    var sessions: [[UInt8]: SessionCounts] = [:]
    for row in answers.flatMap(\.clients) where row.tenant.count > 0 {
      sessions[row.tenant.array, default: SessionCounts()].count(row)
    }
    let known = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.standing.tenant, $0) })
    if let scan {
      return scan.found.map { index in
        let id = Array(scan.map.text(scan.map.tenant(index).id).utf8)
        return tenant(id, index, in: scan.map, sessions[id] ?? SessionCounts(), known[id])
      }.sorted { ($0[0] ?? "") < ($1[0] ?? "") }
    }
    return listed(report, sessions).map {
      tenant(
        $0, map.tenant(id: $0.span.bytes), in: map, sessions[$0] ?? SessionCounts(), known[$0])
    }
  }

  /// The tenants that do most; where those are few, then those that have most sessions.
  private func listed(
    _ report: TenantReport, _ sessions: [[UInt8]: SessionCounts]
  ) -> [[UInt8]] {
    let busy = report.rows.map(\.standing.tenant)
    let room = HotTenantLimits.shown - busy.count
    guard room > 0 else { return busy }
    let others = sessions.filter { !busy.contains($0.key) }.sorted {
      let (one, other) = ($0.value.all, $1.value.all)
      return one != other ? one > other : $0.key.lexicographicallyPrecedes($1.key)
    }
    return busy + others.prefix(room).map(\.key)
  }

  /// A tenant that the map has no more may still have sessions.
  private func tenant(
    _ id: [UInt8], _ index: TenantIndex?, in map: CompiledMap, _ sessions: SessionCounts,
    _ known: TenantReport.Row?
  ) -> [String?] {
    let counts = [
      "\(sessions.active)", "\(sessions.waiting)", "\(sessions.servers)",
      Self.flag(isPaused(tenant: id)),
    ]
    let name = String(decoding: id, as: UTF8.self)
    guard let record = index.map({ map.tenant($0) }) else {
      return [name, nil, nil, nil, nil, nil, "gone"] + counts + work(known)
    }
    return [
      name, map.text(record.database), map.text(map.shard(record.shard).id),
      "\(record.generation)", map.text(map.policy(record.policy).id),
      map.text(map.pool(record.pool).id), record.state.name,
    ] + counts + work(known)
  }

  /// What a tenant does, and what is done about it; nothing of one that is not among those that do most.
  private func work(_ known: TenantReport.Row?) -> [String?] {
    guard let known else { return [nil, nil, nil, nil, HotTenantStage.watched.name, nil] }
    let standing = known.standing
    return [
      Self.whole(standing.transactionsPerSecond), Self.whole(standing.bytesPerSecond),
      Self.whole(standing.shardShare * 100), standing.p95Nanoseconds.map { "\($0 / 1000)" },
      known.stage.name, known.stage == .watched ? nil : known.since.map { wallTime($0) },
    ]
  }

  // MARK: SHOW TENANT TOTALS

  func tenantTotals() -> [String?] {
    let report = context.tenants.newest
    let totals = report.totals
    let first = report.rows.prefix(HotTenantLimits.shown)
    let transactions = first.reduce(0) { $0 + $1.standing.transactionsPerSecond }
    let bytes = first.reduce(0) { $0 + $1.standing.bytesPerSecond }
    let tenths = Int((totals.busyServers * 10).rounded())
    return [
      "\(totals.distinctTenants)", Self.whole(totals.transactionsPerSecond),
      Self.whole(totals.bytesPerSecond), "\(tenths / 10).\(tenths % 10)",
      Self.whole(max(0, totals.transactionsPerSecond - transactions)),
      Self.whole(max(0, totals.bytesPerSecond - bytes)), "\(report.treatedCount)",
    ]
  }

  private static func whole(_ number: Double) -> String { "\(Int(number.rounded()))" }
}
