import DataPlane
import HotTenants
import RouterAPI
import ShardMap

extension TenantsDocument {
  /// The tenants that a router knows to do most; where those are few, then those with most sessions.
  init(_ router: DataPlane.Router, _ survey: RouterSurvey) {
    let report = router.tenantReport
    let known = Set(report.rows.map(\.standing.tenant))
    let others = survey.tenants.filter { !known.contains($0.key) }.sorted {
      let (one, other) = ($0.value.all, $1.value.all)
      return one != other ? one > other : $0.key.lexicographicallyPrecedes($1.key)
    }
    let room = max(0, HotTenantLimits.shown - report.rows.count)
    let transactions = report.rows.reduce(0) { $0 + $1.standing.transactionsPerSecond }
    let bytes = report.rows.reduce(0) { $0 + $1.standing.bytesPerSecond }
    self.init(
      tenants: report.rows.map { Tenant($0.standing, stage: $0.stage, survey) }
        + others.prefix(room).map {
          Tenant(TenantStanding(tenant: $0.key, shard: nil), stage: .watched, survey)
        },
      distinct: report.totals.distinctTenants,
      others: Others(
        transactionsPerSecond: max(0, report.totals.transactionsPerSecond - transactions),
        bytesPerSecond: max(0, report.totals.bytesPerSecond - bytes)),
      limits: router.limitsMet.map { Limit(name: $0.name, hits: $0.hits, refusals: $0.refusals) })
  }
}

extension TenantsDocument.Tenant {
  fileprivate init(_ standing: TenantStanding, stage: HotTenantStage, _ survey: RouterSurvey) {
    let map = survey.map
    let record = map.tenant(id: standing.tenant.span.bytes).map { map.tenant($0) }
    let policy = record.map { map.policy($0.policy) }
    let sessions = survey.tenants[standing.tenant] ?? RouterSurvey.Sessions()
    let delayed = survey.delayed.filter { $0.tenant == standing.tenant }
    self.init(
      id: String(decoding: standing.tenant, as: UTF8.self),
      shard: record.map { map.text(map.shard($0.shard).id) },
      policy: policy.map { map.text($0.id) }, state: record?.state.name ?? "gone",
      transactionsPerSecond: standing.transactionsPerSecond,
      bytesPerSecond: standing.bytesPerSecond, busyServers: standing.busyServers,
      shardShare: standing.shardShare,
      p95Microseconds: standing.p95Nanoseconds.map { Double($0) / 1000 },
      transactionLimit: policy?.envelope.transactionsPerSecond, sessions: sessions.all,
      waiting: sessions.waiting, delayed: delayed.reduce(0) { $0 + $1.waiting },
      delayedBy: delayed.max { $0.waiting < $1.waiting }?.limit, stage: stage.name)
  }
}
