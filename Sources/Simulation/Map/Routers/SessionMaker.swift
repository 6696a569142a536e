import DataPlane
import MapSync
import Routing
import ShardMap

/// Makes sessions at a host's router and has each judged.
final class SessionMaker {
  private let world: SimulatedWorld
  private let judge: SessionJudge
  private var clients: [MapClient] = []

  init(world: SimulatedWorld, judge: SessionJudge) {
    self.world = world
    self.judge = judge
  }

  /// How long a session lasts, in nanoseconds.
  private static let stays = 1_000_000...60_000_000_000

  private func anyTenant() -> String {
    switch world.random.index(below: 10) {
    case 0...5: world.random.pick(MapHistory.knownTenants)
    case 6: MapHistory.moodyTenant
    case 7: "nobody"
    default: "made-\(world.random.number(in: 1...20))"
    }
  }

  /// A session at a router without workers: the decision that a worker would make.
  func ask(_ host: SimulatedHost, _ router: SimulatedRouter) {
    let tenant = anyTenant()
    let map = router.mapSlot.map
    let resolver = Resolver(
      location: RouterLocation(region: "here", zone: "zone-a", in: map), in: map)
    var health = HealthTable(for: map)
    let id = Array(tenant.utf8)
    let outcome: SessionOutcome
    let now = MonotonicTime(nanoseconds: world.now)
    do throws(RouteRefusal) {
      _ = try resolver.resolve(
        tenant: id.span.bytes, tier: nil, map: map,
        freshness: router.freshness.freshness(at: now), samples: NoSamples(), health: &health,
        random: &world.random, now: now)
      outcome = .letIn
    } catch {
      outcome = Self.outcome(error)
    }
    let version = map.header.mapVersion
    judge.judge(
      SessionJudge.Session(
        host: host, tenant: tenant, versions: version...version, begun: host.clock,
        ended: host.clock, outcome: outcome))
  }

  private static func outcome(_ refusal: RouteRefusal) -> SessionOutcome {
    switch refusal {
    case .unknownTenant: .unknownTenant
    case .tenantSuspended: .suspended
    case .permissionsExpired: .permissionsExpired
    case .paused, .modeRefused, .noHealthyInstance, .noReplicaFreshEnough, .primaryBudgetSpent:
      .other("\(refusal)")
    }
  }

  /// A session at a real worker.
  func connect(_ host: SimulatedHost, _ life: WorkerLife) {
    let tenant = anyTenant()
    let begun = host.clock
    let first = life.version
    let client = MapClient(
      world: world, tenant: tenant, stays: world.random.size(in: Self.stays)
    ) { [unowned self] outcome in
      guard let outcome else {
        if !life.isStopping { world.violate("a session of \(tenant) ended without an answer") }
        return
      }
      judge.judge(
        SessionJudge.Session(
          host: host, tenant: tenant, versions: first...life.version, begun: begun,
          ended: host.clock, outcome: outcome))
    }
    clients.removeAll { $0.isDone }
    clients.append(client)
    client.begin(life.listener)
  }

  func dismantle() { clients = [] }
}
