import Foundation
import LocalFleet

/// What the tests share: one fleet, started when the first test asks for it, with one router.
///
/// Tests that stop a server or change the map make a fleet of their own instead.
enum World {
  /// Two shards with a replica each, six tenants; stopped when the test process exits.
  static var fleet: Fleet {
    get async throws { try await startedFleet.value }
  }

  /// A router with two workers in front of that fleet.
  static var router: LocalRouter {
    get async throws { try await startedRouter.value }
  }

  /// The router program that was built with the tests.
  static var routerExecutable: String { program("shardway-router", "SHARDWAY_ROUTER") }

  /// The operator's command that was built with the tests.
  static var shardwayExecutable: String { program("shardway", "SHARDWAY_PROGRAM") }

  /// The load test that was built with the tests.
  static var benchExecutable: String { program("shardway-bench", "SHARDWAY_BENCH_PROGRAM") }

  /// Control plane and sidecar that were built with the tests.
  static var controlOptions: FleetControlOptions {
    FleetControlOptions(
      control: program("shardway-control", "SHARDWAY_CONTROL_PROGRAM"),
      sidecar: program("shardway-sidecar", "SHARDWAY_SIDECAR_PROGRAM"))
  }

  /// A program that was built with the tests, or the one that a variable of the environment names.
  static func program(_ name: String, _ variable: String? = nil) -> String {
    if let variable, let path = ProcessInfo.processInfo.environment[variable] { return path }
    return URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Options of a router under test; with `SHARDWAY_SECCOMP` in the environment, all run under a filter of system calls.
  static func routerOptions(workers: Int? = nil, pooling: FleetPooling? = nil) -> RouterOptions {
    var options = RouterOptions(executable: routerExecutable)
    options.workers = workers
    options.pooling = pooling
    if let mode = ProcessInfo.processInfo.environment["SHARDWAY_SECCOMP"] {
      options.sections["security"] = "{ seccomp: \(mode) }"
    }
    return options
  }

  /// Options of a router whose clients share four server connections a worker, and prove who they are, or not.
  static func pooled(
    workers: Int, _ authentication: FleetPooling.Authentication = .trust,
    _ settings: [String: String] = [:]
  ) -> RouterOptions {
    var pooling = FleetPooling()
    pooling.authentication = authentication
    pooling.settings = settings
    return routerOptions(workers: workers, pooling: pooling)
  }

  /// A router with two workers in front of that fleet, whose clients are trusted and share server connections.
  static var pooledRouter: LocalRouter {
    get async throws { try await startedPooledRouter.value }
  }

  private static let startedPooledRouter = Task {
    try await fleet.startRouter(pooled(workers: 2), name: "router-pooled")
  }

  private static let startedFleet = Task {
    let fleet = try await Fleet.start()
    fleet.stopAtExit()
    return fleet
  }

  private static let startedRouter = Task {
    try await fleet.startRouter(routerOptions(workers: 2))
  }
}

extension Fleet {
  /// The tenant with an id.
  func tenant(_ id: String) throws -> FleetTenant {
    guard let tenant = tenants.first(where: { $0.id == id }) else { throw Missing(what: id) }
    return tenant
  }

  /// The primary of a tenant's shard.
  func primary(of tenant: FleetTenant) throws -> PostgresServer {
    guard let shard = shard(tenant.shard) else { throw Missing(what: tenant.shard) }
    return shard.primary
  }

  /// Runs SQL as superuser on the primary of a tenant, past the router.
  func queryDirectly(_ statement: String, _ tenant: FleetTenant) async throws -> String {
    try await query(
      statement, at: primary(of: tenant).superuserConninfo(database: tenant.database))
  }
}

/// Something a test counts on is not there.
struct Missing: Error {
  var what: String
}

/// Runs `body` with a fleet of its own, and stops that whatever happens.
///
/// One after the other: a dozen fleets that start at once take longer than in turn.
func withFleet<Result>(
  _ options: FleetOptions = FleetOptions(), _ body: (Fleet) async throws -> Result
) async throws -> Result {
  await Turn.ofFleets.take()
  defer { Task { await Turn.ofFleets.pass() } }
  let fleet = try await Fleet.start(options)
  do {
    let result = try await body(fleet)
    await fleet.stop()
    return result
  } catch {
    await fleet.stop()
    throw error
  }
}

/// Runs `body` with a router of its own in front of the shared fleet, and stops that whatever
/// happens.
///
/// One after the other: the memory of all rings of an ordinary user counts against one limit,
/// which is 8 MiB on Debian and enough for about 24 workers.
func withRouter<Result>(
  _ options: RouterOptions, name: String, _ body: (Fleet, LocalRouter) async throws -> Result
) async throws -> Result {
  let fleet = try await World.fleet
  await Turn.ofRouters.take()
  defer { Task { await Turn.ofRouters.pass() } }
  let router = try await fleet.startRouter(options, name: name)
  do {
    let result = try await body(fleet, router)
    await router.stop()
    return result
  } catch {
    await router.stop()
    throw error
  }
}

/// Lets one in at a time, in the order of arrival.
private actor Turn {
  static let ofFleets = Turn()
  static let ofRouters = Turn()
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func pass() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}

/// Waits until `condition` holds, and throws when it does not within `limit`.
func eventually(
  within limit: Duration = .seconds(60), _ what: String,
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  var isLast = false
  while try await !condition() {
    guard !isLast else { throw Missing(what: "\(what) within \(limit)") }
    // A task that sleeps may be resumed after its time: it tries once more all the same.
    isLast = ContinuousClock.now >= deadline
    try await Task.sleep(for: .milliseconds(5))
  }
}

extension FleetOptions {
  /// Two shards without replicas, two tenants, and a control plane with a sidecar.
  static var controlled: FleetOptions {
    var options = FleetOptions()
    options.replicasPerShard = 0
    options.tenants = 2
    options.control = World.controlOptions
    options.control?.pollInterval = .milliseconds(500)
    return options
  }

  /// One shard with a replica, and two tenants.
  static var small: FleetOptions {
    var options = FleetOptions()
    options.shards = 1
    options.tenants = 2
    return options
  }
}
