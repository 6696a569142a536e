internal import DataPlane
internal import HotTenants

/// The tenants that do most, and all together: however many there are, only so many have samples.
extension RouterMetrics {
  func writeTenants(to text: inout MetricsText) {
    let report = view.tenants
    let totals = report.totals
    text.family(
      "shardway_tenants_active", .gauge, "About how many tenants were at work in the last minute.")
    text.sample(.count(totals.distinctTenants))
    text.family(
      "shardway_tenants_treated", .gauge, "Hot tenants that something is done about.")
    text.sample(.count(report.treatedCount))
    text.family(
      "shardway_transactions_per_second", .gauge, "Transactions of all tenants in the last second.")
    text.sample(.number(totals.transactionsPerSecond))
    text.family(
      "shardway_busy_servers", .gauge, "Servers at work at a time in the last second, on average.")
    text.sample(.number(totals.busyServers))
    writeBusiest(report, to: &text)
  }

  private func writeBusiest(_ report: TenantReport, to text: inout MetricsText) {
    let rows = report.rows.prefix(MetricsLimits.tenants).map {
      (
        standing: $0.standing, stage: $0.stage,
        labels: MetricLabels(("tenant", String(decoding: $0.standing.tenant, as: UTF8.self)))
      )
    }
    text.family(
      "shardway_tenant_transactions_per_second", .gauge,
      "Transactions of one of the \(MetricsLimits.tenants) tenants that do most.")
    for row in rows { text.sample(.number(row.standing.transactionsPerSecond), row.labels) }
    text.family("shardway_tenant_bytes_per_second", .gauge, "Bytes both ways of one of them.")
    for row in rows { text.sample(.number(row.standing.bytesPerSecond), row.labels) }
    text.family(
      "shardway_tenant_shard_share_ratio", .gauge,
      "Its part of the server time that its shard gave through this router.")
    for row in rows { text.sample(.number(row.standing.shardShare), row.labels) }
    text.family(
      "shardway_tenant_p95_seconds", .gauge, "What 95 % of its transactions took at most.")
    for row in rows {
      if let p95 = row.standing.p95Nanoseconds { text.sample(.nanoseconds(p95), row.labels) }
    }
    text.family(
      "shardway_tenant_stage", .gauge,
      "What is done about it: \(Self.stages).")
    for row in rows { text.sample(.count(UInt64(row.stage.rawValue)), row.labels) }
  }

  private static let stages = HotTenantStage.allCases.map { "\($0.rawValue) \($0.name)" }
    .joined(separator: ", ")
}
