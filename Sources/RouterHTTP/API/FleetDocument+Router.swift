import DataPlane
import Glibc
import HotTenants
import RouterAPI
import Routing
import ShardMap

extension FleetDocument {
  /// The router's own words about itself.
  init(_ view: RouterView, id: String, _ survey: RouterSurvey, figures: RequestFigures?) {
    let settings = view.router.settings
    let freshness = view.freshness
    self.init(
      atMilliseconds: LiveClock.wallMicroseconds / 1000,
      router: Router(
        id: id, region: settings.region, zone: settings.zone, pool: settings.home?.pool,
        lifecycle: view.router.lifecycle.phase.name, version: view.version, processID: getpid(),
        uptimeSeconds: Double(LiveClock.now.nanoseconds(since: view.startedAt)) / 1e9,
        workers: view.reports.count),
      map: Map(survey.map, applied: view.applied?.mapVersion, freshness),
      controlPlane: ControlPlane(
        state: !freshness.isRuled ? "none" : freshness.isReachable ? "reachable" : "unreachable"),
      probes: settings.probes == nil ? nil : Probes(view.router.probeSummary),
      totals: Totals(view.router, survey, figures))
  }
}

extension FleetDocument.Map {
  fileprivate init(_ map: CompiledMap, applied: UInt64?, _ freshness: MapFreshness) {
    let counts = map.counts
    let rules = freshness.isRuled ? FreshnessRules.strictest(in: map) : nil
    self.init(
      version: map.header.mapVersion, appliedVersion: applied,
      issuedAtMilliseconds: map.header.issuedAt,
      ageMilliseconds: freshness.isRuled ? freshness.age.milliseconds : nil,
      classes: rules.map { rules in
        FreshnessClass.allCases.map {
          FleetDocument.DataClass($0, rules[$0], freshness.age)
        }
      } ?? [],
      counts: FleetDocument.Counts(
        regions: counts.regions, zones: counts.zones, instances: counts.instances,
        shards: counts.shards, tenants: counts.tenants))
  }
}

extension FleetDocument.DataClass {
  fileprivate init(_ name: FreshnessClass, _ bound: FreshnessBound, _ age: MapAge) {
    self.init(
      name: name.name, standing: FreshnessAlarm(bound, age: age).name,
      ttlMilliseconds: bound.ttlMilliseconds,
      maxStaleMilliseconds: bound.maxStaleMilliseconds == FreshnessBound.never
        ? nil : bound.maxStaleMilliseconds)
  }
}

extension FleetDocument.Probes {
  fileprivate init(_ summary: ProbeSummary) {
    self.init(
      instances: summary.instances, sampled: summary.sampled, proven: summary.proven,
      longestLagMilliseconds: summary.longestLagNanoseconds.map { $0 / 1_000_000 })
  }
}

extension FleetDocument.Totals {
  fileprivate init(
    _ router: DataPlane.Router, _ survey: RouterSurvey, _ figures: RequestFigures?
  ) {
    self.init()
    let tenants = router.tenantReport
    clients = survey.tenants.values.reduce(0) { $0 + $1.all }
    waiting = survey.tenants.values.reduce(0) { $0 + $1.waiting }
    serversInUse = survey.pools.reduce(0) { $0 + $1.lent }
    serversIdle = survey.pools.reduce(0) { $0 + $1.idle }
    transactionsPerSecond = tenants.totals.transactionsPerSecond
    bytesPerSecond = tenants.totals.bytesPerSecond
    activeTenants = tenants.totals.distinctTenants
    treatedTenants = tenants.treatedCount
    unwellInstances = survey.workers.isEmpty ? nil : survey.instances.count { !$0.isWell }
    refused = router.count(.refused)
    p50Microseconds = figures?.p50Microseconds
    p99Microseconds = figures?.p99Microseconds
  }
}
