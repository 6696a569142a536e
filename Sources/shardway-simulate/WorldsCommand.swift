import ArgumentParser
import Simulation

/// The kinds of worlds there are.
enum World: String, CaseIterable, ExpressibleByArgument {
  /// The worker on a simulated kernel, with clients and servers.
  case sessions
  /// The way of a map: control planes, sidecars, freshness pages, routers.
  case map
  /// The worker on a simulated kernel, with clients that share server connections.
  case pool
  /// Workers before clients of many tenants, each of which has an envelope.
  case tenants
  /// The worlds of sessions and of a pool by turns, with clients and servers that encrypt.
  case secure
}

/// Runs worlds, one a seed.
struct WorldsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worlds",
    abstract: "Run simulated worlds, one a seed.",
    discussion:
      "A failing seed is printed with what was broken and the last events; --seed replays it exactly."
  )

  @Option(
    help: "What to simulate: sessions, map, pool, tenants or secure. Without it, all of them.")
  var world: World?

  @Option(help: "How many seeds to run.")
  var seeds: UInt64 = 100

  @Option(help: "The first seed. Without --seeds it is the only one, and its trace is printed.")
  var seed: UInt64?

  @Flag(help: "Print a line for each seed.")
  var verbose = false

  func run() throws {
    let first = seed ?? 1
    let count = seed != nil && !CommandLine.arguments.contains("--seeds") ? 1 : seeds
    CrashNote.install()
    for world in world.map({ [$0] }) ?? World.allCases {
      CrashNote.world = world.rawValue
      switch world {
      case .sessions: try runSessions(first..<(first + count))
      case .map: try runMaps(first..<(first + count))
      case .pool: try runPools(first..<(first + count))
      case .tenants: try runTenants(first..<(first + count))
      case .secure: try runSecure(first..<(first + count))
      }
    }
  }

  private func runSessions(_ seeds: Range<UInt64>) throws {
    let simulation = try Simulation()
    tellSessions(
      try run(seeds, of: .sessions) {
        simulation.run(seed: $0, isTraced: $1)
      } line: {
        "\($0.sessions) sessions, \($0.turns) turns"
      }, of: .sessions)
  }

  private func runSecure(_ seeds: Range<UInt64>) throws {
    let simulation = try SecureSimulation()
    tellSessions(
      try run(seeds, of: .secure) {
        simulation.run(seed: $0, isTraced: $1)
      } line: {
        "\($0.sessions) sessions, \($0.turns) turns"
      }, of: .secure)
  }

  private func tellSessions(_ reports: [SimulationReport], of world: World) {
    let sessions = reports.reduce(0) { $0 + $1.sessions }
    let bytes = reports.reduce(0) { $0 + $1.bytesRelayed }
    let turns = reports.reduce(0) { $0 + $1.turns }
    print(
      "\(world): \(reports.count) seeds: \(sessions) sessions, \(bytes >> 20) MiB relayed, \(turns) turns of the worker, no invariant broken"
    )
  }

  private func runMaps(_ seeds: Range<UInt64>) throws {
    let simulation = MapSimulation()
    let reports = try run(seeds, of: .map) {
      simulation.run(seed: $0, isTraced: $1)
    } line: {
      MapFigures([$0]).text
    }
    print("map: \(seeds.count) seeds: \(MapFigures(reports).text), no invariant broken")
  }

  private func runPools(_ seeds: Range<UInt64>) throws {
    let simulation = try Simulation()
    let reports = try run(seeds, of: .pool) {
      simulation.runPool(seed: $0, isTraced: $1)
    } line: {
      "\($0.sessions) connections, \($0.turns) turns"
    }
    let turns = reports.reduce(0) { $0 + $1.turns }
    print(
      "pool: \(seeds.count) seeds: \(PoolFigures(reports.compactMap(\.pool)).text), \(turns) turns of the worker, no invariant broken"
    )
  }

  private func runTenants(_ seeds: Range<UInt64>) throws {
    let simulation = TenantSimulation()
    let reports = try run(seeds, of: .tenants) {
      simulation.run(seed: $0, isTraced: $1)
    } line: {
      TenantFigures([$0]).text
    }
    print("tenants: \(seeds.count) seeds: \(TenantFigures(reports).text), no invariant broken")
  }

  /// Runs each seed, and once more with a trace the one that breaks an invariant.
  private func run<Report: WorldReport>(
    _ seeds: Range<UInt64>, of world: World, _ run: (UInt64, Bool) -> Report,
    line: (Report) -> String
  ) throws -> [Report] {
    try seeds.map { seed in
      CrashNote.seed = seed
      let report = run(seed, false)
      if verbose { print("seed \(seed): \(line(report))") }
      if let violation = report.violation {
        let traced = run(seed, true)
        try tell(world, seed, violation, traced.violation, traced.trace)
      }
      return report
    }
  }

  private func tell(
    _ world: World, _ seed: UInt64, _ violation: String, _ traced: String?, _ trace: [String]
  ) throws {
    for line in trace { print(line) }
    print("seed \(seed) breaks an invariant: \(violation)")
    print("replay: Tools/simulate --world \(world.rawValue) --seed \(seed)")
    if traced != violation {
      print(
        "the traced run differs (\(traced ?? "no violation")): something is not deterministic")
    }
    throw ExitCode.failure
  }
}

/// What became of one seed, in any world.
private protocol WorldReport {
  var violation: String? { get }
  var trace: [String] { get }
}

extension SimulationReport: WorldReport {}
extension MapReport: WorldReport {}
extension TenantReport: WorldReport {}

/// What happened in runs of the map's world, in a line.
struct MapFigures {
  let text: String

  init(_ reports: [MapReport]) {
    func sum(_ value: KeyPath<MapReport, Int>) -> Int {
      reports.reduce(0) { $0 + $1[keyPath: value] }
    }
    let minutes = reports.reduce(0) { $0 + $1.virtualNanoseconds } / 60_000_000_000
    let slowest = reports.map(\.convergedAfter).max() ?? 0
    text =
      "\(minutes) simulated minutes, \(sum(\.versions)) versions, \(sum(\.requests)) requests, "
      + "\(sum(\.deaths)) sidecars killed, \(sum(\.letIn)) sessions let in, "
      + "\(sum(\.refusedForAge)) refused for age and \(sum(\.refusedOtherwise)) otherwise, "
      + "newest map everywhere \(slowest / 1_000_000_000) s after the faults at the latest"
  }
}

/// What happened in runs of the pool's world, in a line.
struct PoolFigures {
  let text: String

  init(_ reports: [PoolReport]) {
    func sum(_ value: KeyPath<PoolReport, Int>) -> Int {
      reports.reduce(0) { $0 + $1[keyPath: value] }
    }
    text =
      "\(sum(\.clients)) clients, \(sum(\.requestsRun)) requests run, "
      + "\(sum(\.handovers)) handovers, \(sum(\.cancelsHit)) cancels that hit, "
      + "\(sum(\.readsJudged)) reads judged by what was written"
  }
}

/// What happened in runs of the tenants' world, in a line.
struct TenantFigures {
  let text: String

  init(_ reports: [TenantReport]) {
    func sum(_ value: KeyPath<TenantReport, Int>) -> Int {
      reports.reduce(0) { $0 + $1[keyPath: value] }
    }
    text =
      "\(sum(\.connections)) connections, \(sum(\.transactions)) transactions, "
      + "\(sum(\.delayed)) delayed, \(sum(\.refused)) refused of which \(sum(\.errors)) in sessions "
      + "that went on, \(sum(\.turns)) turns of the workers"
  }
}
