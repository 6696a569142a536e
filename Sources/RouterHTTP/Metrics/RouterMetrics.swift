internal import DataPlane
internal import Routing
internal import ShardMap

/// The router's metrics at one moment. Each file beside this one has the families of one subject.
struct RouterMetrics {
  let view: RouterView
  let scrapes: ScrapeCounts
  let reports: [WorkerReport]
  let edition: MapEdition
  let now: MonotonicTime

  init(_ view: RouterView, _ scrapes: ScrapeCounts) {
    self.view = view
    self.scrapes = scrapes
    reports = view.reports
    edition = view.edition
    now = LiveClock.now
  }

  var map: CompiledMap { edition.map }

  /// Writes all of them.
  func write(to text: inout MetricsText) {
    writeProgram(to: &text)
    writeConfiguration(to: &text)
    writeCounters(to: &text)
    writeDecisions(to: &text)
    writeLimits(to: &text)
    writeRequests(to: &text)
    writePools(to: &text)
    writeWorkers(to: &text)
    writeMap(to: &text)
    writeModes(to: &text)
    writeProbes(to: &text)
    writeTenants(to: &text)
  }

  /// The sum over all workers.
  func sum(_ value: (WorkerReport) -> UInt64) -> MetricValue {
    .count(reports.reduce(UInt64(0)) { $0 &+ value($1) })
  }
}
