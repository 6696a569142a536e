internal import Console
internal import LoadClient
internal import LoadGenerator
internal import LoadResults
internal import LoadScenario
internal import LocalFleet

/// The measurement from start to end: the server, the proxies, the blocks, the table.
struct Isolation: Sendable {
  let plan: IsolationPlan
  /// The folder of `shardway-router`.
  let programs: String
  let jsonPath: String?

  private var terminal: Terminal { .standard }

  /// Runs everything and leaves nothing running.
  func run() async throws {
    try OpenFiles.raise(to: ComparisonLimits.openFiles)
    terminal.status("starting the server")
    try await MeasuredFleet.use(MeasuredFleet.options(tenants: 2)) { try await measure($0) }
  }

  private func measure(_ fleet: Fleet) async throws {
    try fleet.publish(plan.document(fleet))
    try prepare(fleet)
    let found = try await FoundPeers([.pgbouncer])
    let machine = try await Machine.describe(fleet, peers: found.versions)
    terminal.line(machine.summary)
    terminal.line(plan.summary)
    for name in found.missing { terminal.line("\(name) is not installed and takes no part") }
    let starter = IsolationContenders(fleet: fleet, router: "\(programs)/shardway-router")
    let contenders = try await starter.start(withPgBouncer: found.missing.isEmpty)
    for contender in contenders { try await waitUntilReady(contender, fleet) }
    let results = try await measure(contenders, fleet)
    await starter.stop(contenders)
    let report = IsolationReport(machine: machine, plan: plan, contenders: results)
    report.show(on: terminal)
    if let jsonPath { try report.write(to: jsonPath) }
  }

  /// A alone, A beside, B alone, …, and backwards in every second round: what grows or fades with time
  /// meets all alike.
  private func measure(
    _ contenders: [IsolationContender], _ fleet: Fleet
  ) async throws -> [IsolationResult] {
    var results = contenders.map { IsolationResult(name: $0.name) }
    for round in 1...plan.rounds {
      let order =
        round.isMultiple(of: 2) ? contenders.indices.reversed() : Array(contenders.indices)
      for index in order {
        let contender = contenders[index]
        terminal.status("round \(round) of \(plan.rounds): \(contender.name)")
        let runner = IsolationRunner(plan: plan, tenants: fleet.tenants, contender: contender)
        if round.isMultiple(of: 2) {
          let beside = try await runner.run(withFlood: true)
          results[index].add(alone: try await runner.run(withFlood: false), beside: beside)
        } else {
          let alone = try await runner.run(withFlood: false)
          results[index].add(alone: alone, beside: try await runner.run(withFlood: true))
        }
      }
    }
    return results
  }

  /// Makes the tables of `select-only` in the premium tenant's database.
  private func prepare(_ fleet: Fleet) throws {
    terminal.status("filling the tables")
    var target = LoadTarget(host: "127.0.0.1", port: fleet.shards[0].primary.port)
    target.user = FleetRole.application
    target.tenantPlace = .none
    target.database = fleet.tenants[0].database
    try StatementRunner.run(
      TableSQL.statements(TableSizes(), for: [WeightedTransaction(.selectOnly)]),
      tenant: fleet.tenants[0].id, at: target, password: nil)
  }

  private func waitUntilReady(_ contender: IsolationContender, _ fleet: Fleet) async throws {
    let deadline = ContinuousClock.now + FleetLimits.routerStart
    let ways = [
      (contender.premium, fleet.tenants[0].id), (contender.shared, fleet.tenants[1].id),
    ]
    for (target, tenant) in ways {
      while true {
        do throws(LoadError) {
          try StatementRunner.run(["SELECT 1"], tenant: tenant, at: target, password: nil)
          break
        } catch {
          guard contender.processes.allSatisfy(\.isRunning), ContinuousClock.now < deadline else {
            throw ComparisonError.notReady(contender.name, reason: "\(error)", log: "")
          }
        }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }
}

/// Runs blocks through one contender.
struct IsolationRunner: Sendable {
  let plan: IsolationPlan
  let tenants: [FleetTenant]
  let contender: IsolationContender

  /// One block. A failed transaction of the premium tenant makes it worthless; the flood's are
  /// refused as they should.
  func run(withFlood: Bool) async throws -> IsolationBlock {
    let premium = try LoadRun(
      plan.premium(tenants[0].id), target: contender.premium, password: nil)
    var flood: LoadRun?
    if withFlood {
      flood = try LoadRun(plan.flood(tenants[1].id), target: contender.shared, password: nil)
    }
    // The flood is there before the premium tenant's first transaction, and after its last.
    try flood?.start()
    try premium.start()
    let measurement = await withTaskCancellationHandler {
      await premium.finish()
    } onCancel: {
      premium.stop()
    }
    flood?.stop()
    let flooded = await flood?.finish()
    try Task.checkCancellation()
    guard let load = measurement.loads.first, load.completed > 0, load.errors.isEmpty else {
      throw ComparisonError.failedTransactions(
        contender.name, workload: "premium", errors: measurement.loads.first?.errors ?? [:])
    }
    return IsolationBlock(
      latency: load.latency, flood: flooded.flatMap { IsolationBlock.Flood($0) })
  }
}
