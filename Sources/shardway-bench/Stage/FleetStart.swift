internal import Console
internal import LoadScenario
internal import LocalFleet

/// Starts the local fleet that a scenario asks for, with its router.
struct FleetStart: Sendable {
  /// How often the router asks how far each server has come: a proof of freshness is about as old.
  static let probeInterval = "100ms"

  let shape: FleetShape
  let programs: FleetPrograms
  let terminal: Terminal

  /// Starts servers, control plane, sidecar and router, which takes some seconds.
  ///
  /// - Throws: `FleetError`; nothing is left running then.
  func run() async throws(FleetError) -> FleetUnderLoad {
    let terminal = terminal
    let fleet = try await Fleet.start(fleetOptions) { terminal.status("fleet: \($0)") }
    do {
      let router = try await fleet.startRouter(routerOptions)
      terminal.line(summary)
      return FleetUnderLoad(fleet, router: router)
    } catch {
      await fleet.stop()
      throw error
    }
  }

  private var summary: String {
    let parts = [
      Self.count(shape.shards, "shard"), Self.count(shape.replicas, "replica") + " of each",
      Self.count(shape.tenants, "tenant"), "\(shape.pooling.rawValue) pooling",
    ]
    return "local fleet: " + parts.joined(separator: ", ")
      + (shape.hasControlPlane ? ", control plane and sidecar" : "")
  }

  private static func count(_ number: Int, _ what: String) -> String {
    number == 1 ? "1 \(what)" : "\(number) \(what)s"
  }

  private var fleetOptions: FleetOptions {
    var options = FleetOptions()
    options.shards = shape.shards
    options.replicasPerShard = shape.replicas
    options.tenants = shape.tenants
    options.maxConnections = shape.maxConnections
    if let percent = shape.primaryReadBudgetPercent { options.primaryReadBudgetPercent = percent }
    if shape.hasControlPlane { options.control = programs.controlOptions }
    return options
  }

  private var routerOptions: RouterOptions {
    var options = RouterOptions(executable: programs.path(of: "shardway-router"))
    options.workers = shape.routerWorkers
    if shape.pooling == .transaction {
      var pooling = FleetPooling()
      pooling.serversPerPool = shape.serversPerPool
      options.pooling = pooling
    }
    options.sections["probes"] =
      "{ user: \(FleetRole.router), interval: \(Self.probeInterval) }"
    return options
  }
}
