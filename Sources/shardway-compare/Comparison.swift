internal import Console
internal import Foundation
internal import LocalFleet

/// One comparison from start to end: a server, the proxies, the blocks, the tables.
struct Comparison: Sendable {
  let settings: JSONReport.Settings
  /// The path of the `shardway-router` program.
  let router: String
  let hasControl: Bool
  let workloads: [Workload]
  let jsonPath: String?

  private let terminal = Terminal.standard

  init(
    settings: JSONReport.Settings, router: String, hasControl: Bool, workloads: [Workload],
    jsonPath: String?
  ) {
    self.settings = settings
    self.router = router
    self.hasControl = hasControl
    self.workloads = workloads
    self.jsonPath = jsonPath
  }

  /// Runs everything and leaves nothing running.
  func run() async throws(FleetError) {
    try await settings.pinning.beforeServer()
    terminal.status("starting a PostgreSQL server and the proxies")
    let fleet = try await Fleet.start(fleetOptions)
    let outcome: Result<Void, FleetError>
    do { outcome = .success(try await measure(fleet)) } catch { outcome = .failure(error) }
    await fleet.stop()
    try outcome.get()
  }

  private var fleetOptions: FleetOptions {
    var options = FleetOptions()
    options.shards = 1
    options.replicasPerShard = 0
    options.tenants = 1
    options.maxConnections = ComparisonLimits.serverConnections
    // Nothing of its own may run beside the blocks.
    options.settings = ["autovacuum": "off", "checkpoint_timeout": "1d", "jit": "off"]
    options.environment = Workload.keepsMemory
    return options
  }

  private func measure(_ fleet: Fleet) async throws(FleetError) {
    try await settings.pinning.afterServer()
    let startedAt = Date()
    let machine = try await Machine.describe(fleet)
    terminal.line(machine.summary)
    let threads = settings.workers == 1 ? "one thread" : "\(settings.workers) threads"
    terminal.line(
      "\(threads) for each proxy; \(settings.pinning.summary); \(settings.rounds) rounds of"
        + " \(settings.blockSeconds) s blocks, interleaved; medians, in brackets quartiles of"
        + " the rounds' ratios")
    let contenders = try await Contenders(
      fleet: fleet, router: router, hasControl: hasControl, pooling: settings.pooling,
      workers: settings.workers, pgbouncerVersion: machine.pgbouncer
    ).start()
    for contender in contenders { try await settings.pinning.apply(to: contender) }
    let runner = BlockRunner(
      fleet: fleet, scripts: try Workload.Scripts.write(in: fleet),
      seconds: settings.blockSeconds)
    terminal.status("filling the tables")
    try await runner.prepare(contenders[contenders.count - 1])

    var results: [WorkloadResult] = []
    for workload in workloads {
      let result = try await measure(workload, contenders, runner)
      Tables().show(result)
      results.append(result)
    }
    let verdicts = results.flatMap(Target.verdicts)
    Tables().show(verdicts)
    guard let jsonPath else { return }
    try JSONReport(
      startedAt: startedAt, machine: machine, settings: settings,
      workloads: results.map(JSONReport.Summary.init), targets: verdicts
    ).write(to: jsonPath)
  }

  /// A B C D, D C B A, …: what grows or fades with time meets all alike.
  private func measure(
    _ workload: Workload, _ contenders: [Contender], _ runner: BlockRunner
  ) async throws(FleetError) -> WorkloadResult {
    let running = contenders.filter { $0.takesPart(in: workload) }
    for absent in contenders where absent.cannotPrepare(in: workload) {
      terminal.line(
        "\n\(absent.name) takes no part in \(workload.title): before version 1.21 it can't follow"
          + " prepared statements from one server connection to another")
    }
    var result = WorkloadResult(
      workload: workload,
      contenders: running.map { ContenderResult(name: $0.name, family: $0.family) })
    for round in 1...settings.rounds {
      let order = round.isMultiple(of: 2) ? running.indices.reversed() : Array(running.indices)
      for index in order {
        terminal.status(
          "\(workload.title): round \(round) of \(settings.rounds), \(running[index].name)")
        result.contenders[index].blocks.append(try await runner.run(workload, running[index]))
      }
    }
    return result
  }
}
