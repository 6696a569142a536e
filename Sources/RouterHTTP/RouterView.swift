public import DataPlane
public import Routing
public import Telemetry

/// What the HTTP server's routes may read of a running router: nothing here waits for a worker, and
/// nothing changes anything.
public struct RouterView: Sendable {
  /// The router, for what is not named here.
  public let router: DataPlane.Router
  /// The program's version.
  public let version: String
  /// When the view was made, by the workers' clock.
  public let startedAt: MonotonicTime

  /// A view of a router.
  public init(_ router: DataPlane.Router, version: String) {
    self.router = router
    self.version = version
    startedAt = LiveClock.now
  }

  /// What each worker counts and tells, by its number.
  public var reports: [WorkerReport] { router.reports }

  /// What all workers have counted together; of a longest time, the longest.
  public func count(_ counter: WorkerCounter) -> UInt64 { router.count(counter) }

  /// What has become of traces and log lines outside of the workers.
  public func count(_ counter: TelemetryCounter) -> UInt64 { router.telemetry.value(counter) }

  /// The map in force, and what probes know of its instances.
  public var edition: MapEdition { router.edition }

  /// The map that all workers use; nil before there is one.
  public var applied: AppliedMap? { router.appliedMap }

  /// How the map stands now.
  public var freshness: MapFreshness { router.freshness }

  /// What the prober counts; nil where instances are not sampled.
  public var probes: ProberReport? { router.probes }

  /// The shards that are not normal.
  public var modes: [ModeBook.Row] { router.modes }

  /// The tenants that do most, and all together.
  public var tenants: TenantReport { router.tenantReport }
}
