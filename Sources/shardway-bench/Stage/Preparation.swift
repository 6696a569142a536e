internal import Dispatch
internal import LoadClient
internal import LoadGenerator
internal import LoadScenario
internal import LocalFleet

/// Makes the tables that a scenario's transactions use, in each tenant's database.
///
/// What is there stays. In a local fleet it works at the servers themselves, also where a fault moves
/// a tenant to; elsewhere through the target.
struct Preparation: Sendable {
  let scenario: Scenario
  let stage: Stage
  /// Gets a line for what goes on.
  let progress: @Sendable (String) -> Void

  /// Runs the statements, database by database.
  ///
  /// - Throws: `BenchError`, `CancellationError`.
  func run() async throws {
    if let servers = stage.servers {
      try await run(in: servers)
    } else {
      let works = stage.target.tenantPlace == .none ? [allInOne] : byTenant
      for (place, work) in works.enumerated() where !work.statements.isEmpty {
        progress("tables for \(work.tenant) (\(place + 1) of \(works.count))")
        try await run(work, at: stage.target)
      }
    }
  }

  /// The statements for one tenant's database.
  private struct Work: Sendable {
    var tenant: String
    var statements: [String]
  }

  private var byTenant: [Work] {
    var mixes: [String: [WeightedTransaction]] = [:]
    var names: [String] = []
    for load in scenario.loads {
      for name in load.tenants.names {
        if mixes[name] == nil { names.append(name) }
        mixes[name, default: []] += load.mix
      }
    }
    return names.map { name in
      Work(
        tenant: name,
        statements: TableSQL.statements(scenario.tables, for: mixes[name] ?? []))
    }
  }

  private var allInOne: Work {
    Work(
      tenant: scenario.loads[0].tenants.names[0],
      statements: TableSQL.statements(scenario.tables, for: scenario.loads.flatMap(\.mix)))
  }

  private func run(in servers: FleetUnderLoad) async throws {
    let fleet = servers.fleet
    for work in byTenant {
      guard let tenant = fleet.tenants.first(where: { $0.id == work.tenant }) else {
        throw BenchError.unfit(
          scenario: scenario.name,
          reason: "the local fleet has no tenant \(work.tenant); its tenants are"
            + " \(fleet.tenants.map(\.id).joined(separator: ", ")), `fleet.tenants` says how many")
      }
      progress("tables for \(tenant.id)")
      for shard in [tenant.shard] + moves(of: tenant.id) {
        do {
          let primary = try await servers.servers(of: shard).primary
          try await fleet.makeDatabase(of: tenant, on: primary)
          try await run(work, at: .directly(primary, tenant))
        } catch let error as FleetError {
          throw BenchError.fleet(error)
        }
      }
    }
    for shard in fleet.shards { try await fleet.awaitReplicas(of: shard.primary) }
  }

  /// The shards that faults move a tenant to.
  private func moves(of tenant: String) -> [String] {
    scenario.faults.compactMap {
      guard case .fleet(.tenantMove(tenant, let shard)) = $0.action else { return nil }
      return shard
    }
  }

  private func run(_ work: Work, at target: LoadTarget) async throws {
    try Task.checkCancellation()
    let password = stage.password
    let failure = await withCheckedContinuation { (done: CheckedContinuation<LoadError?, Never>) in
      // It blocks its thread.
      DispatchQueue.global().async {
        do throws(LoadError) {
          try StatementRunner.run(
            work.statements, tenant: work.tenant, at: target, password: password)
          done.resume(returning: nil)
        } catch {
          done.resume(returning: error)
        }
      }
    }
    if let failure { throw BenchError.load(failure) }
  }
}

extension LoadTarget {
  /// A tenant's database at a server itself.
  fileprivate static func directly(_ server: PostgresServer, _ tenant: FleetTenant) -> LoadTarget {
    var target = LoadTarget(host: "127.0.0.1", port: server.port)
    target.tenantPlace = .none
    target.user = FleetRole.application
    target.database = tenant.database
    return target
  }
}
