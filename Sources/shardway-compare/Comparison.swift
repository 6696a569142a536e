internal import Console
internal import Foundation
internal import LocalFleet

/// One comparison from start to end: the servers, the proxies, the blocks, the tables.
struct Comparison: Sendable {
  let settings: JSONReport.Settings
  /// The folder of `shardway-router` and `shardway-bench`.
  let programs: String
  let hasControl: Bool
  let plan: WorkloadPlan
  /// All peers, whether they are there or not.
  let peers: [Peer]
  let jsonPath: String?
  let htmlPath: String?

  private var terminal: Terminal { .standard }

  /// Runs everything and leaves nothing running.
  func run() async throws {
    try OpenFiles.raise(to: ComparisonLimits.openFiles)
    try await settings.pinning.beforeServer()
    terminal.status("starting the servers")
    try await MeasuredFleet.use(fleetOptions) { try await measure($0) }
  }

  private var fleetOptions: FleetOptions {
    var options = MeasuredFleet.options(tenants: 1)
    options.maxConnections = ComparisonLimits.serverConnections
    options.environment = ServerMemory.kept
    return options
  }

  private func measure(_ fleet: Fleet) async throws {
    let needsNull = plan.workloads.contains { $0.setting.server == .null }
    let servers = try await Servers(
      fleet, nullServer: needsNull ? "\(programs)/shardway-bench" : nil)
    try await settings.pinning.afterServer()
    let startedAt = Date()
    let found = try await FoundPeers(peers)
    let machine = try await Machine.describe(fleet, peers: found.versions)
    introduce(machine, found)
    if plan.workloads.contains(where: { $0.setting.server == .postgres }) {
      terminal.status("filling the tables")
      try servers.prepare()
    }
    var results: [WorkloadResult] = []
    for (number, group) in plan.settings.enumerated() {
      try fleet.lead(to: servers.port(group.setting.server), version: UInt64(number) + 2)
      results += try await measure(group.workloads, group.setting, servers, found.peers)
    }
    let verdicts = results.flatMap(Target.verdicts)
    Tables().showRatios(results)
    Tables().show(verdicts)
    let report = JSONReport(
      startedAt: startedAt, machine: machine, settings: settings,
      workloads: results.map(JSONReport.Summary.init), targets: verdicts)
    if let jsonPath { try report.write(to: jsonPath) }
    if let htmlPath { try report.writeHTML(to: htmlPath, results) }
  }

  private func introduce(_ machine: Machine, _ found: FoundPeers) {
    terminal.line(machine.summary)
    for name in found.missing { terminal.line("\(name) is not installed and takes no part") }
    let threads = settings.workers == 1 ? "one thread" : "\(settings.workers) threads"
    terminal.line(
      "\(threads) for each proxy; \(settings.pinning.summary); \(settings.rounds) rounds of"
        + " \(settings.blockSeconds) s blocks, interleaved; medians, in brackets quartiles of"
        + " the rounds' ratios")
  }

  private func measure(
    _ workloads: [Workload], _ setting: Workload.Setting, _ servers: Servers, _ peers: [Peer]
  ) async throws -> [WorkloadResult] {
    terminal.status("\(setting.title): starting the proxies")
    let starter = Contenders(
      fleet: servers.fleet, serverPort: servers.port(setting.server), setting: setting,
      router: "\(programs)/shardway-router", peers: peers, hasControl: hasControl,
      workers: settings.workers)
    let contenders = try await starter.start()
    for contender in contenders { try await settings.pinning.apply(to: contender) }
    let runner = BlockRunner(tenant: servers.fleet.tenants[0], seconds: settings.blockSeconds)
    var results: [WorkloadResult] = []
    for workload in workloads {
      let result = try await measure(workload, contenders, runner)
      Tables().show(result)
      results.append(result)
    }
    await starter.stop(contenders)
    return results
  }

  /// A B C D, D C B A, …: what grows or fades with time meets all alike.
  private func measure(
    _ workload: Workload, _ contenders: [Contender], _ runner: BlockRunner
  ) async throws -> WorkloadResult {
    let running = contenders.filter { $0.takesPart(in: workload) }
    for absent in contenders where absent.cannotPrepare(in: workload) {
      terminal.line(
        "\n\(absent.name) takes no part in \(workload.title): it can't follow prepared statements"
          + " from one server connection to another")
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

/// The peers whose programs are there.
struct FoundPeers: Sendable {
  /// Each as its version is.
  private(set) var peers: [Peer] = []
  /// Programs and their versions.
  private(set) var versions: [String: String] = [:]
  /// Names of those that are not there.
  private(set) var missing: [String] = []

  init(_ all: [Peer]) async throws(FleetError) {
    for peer in all {
      if let version = try await peer.version() {
        peers.append(peer.ofVersion(version))
        versions[peer.program] = version
      } else {
        missing.append(peer.name)
      }
    }
  }
}
